// Part of the script that sets the formulas. The style sheet learns when they are set. One that is too wide for
// its place scrolls, and then the keyboard reaches it.
MathJax.startup.promise.then(() => {
  document.documentElement.classList.add("formulas-set");
  const reach = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const formula of document.querySelectorAll('mjx-container[display="true"]')) reach.observe(formula);
});
