"""The equations of the page on rows past memory and past one machine."""

from equations import check, reals, same, sqrt

DEFINITIONS = {"scale-cost": ("fbf70a1e", "says what a time is made of")}


@check("scale-sums", tex="94ecc947")
def a_mean_is_a_sum_of_sums(rng):
    losses = reals(rng, 30)
    blocks = [losses[:1], losses[1:20], losses[20:]]
    same(sum(losses) / 30, sum(sum(block) for block in blocks) / sum(len(block) for block in blocks))


@check("scale-best", tex="85deb266")
def the_fastest_number_of_workers(rng):
    for n, row, message in reals(rng, (20, 3), 1, 100):

        def time(q, n=n, row=row, message=message):
            return n * row / q + q * message

        best = sqrt(n * row / message)
        same(time(best), 2 * sqrt(n * row * message))
        for factor in reals(rng, 20, 0.01, 0.999):
            assert time(best) < min(time(best * factor), time(best / factor))
