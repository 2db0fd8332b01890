// Makes the figures of a page move, each when the reader comes near. See _ext/moving.py.

const here = document.currentScript.src;

// Vega is large, so it is fetched once, and only where a figure is looked at.
let vega;
function fetched() {
  vega ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("vega/vega.min.js", here);
    script.onload = () => resolve(window.vega);
    script.onerror = () => reject(new Error("The figure cannot move: Vega could not be loaded."));
    document.head.append(script);
  });
  return vega;
}

// The link to a state: #figure=bowl&rate=1.5&beta=0.5
function linked(figure) {
  const state = new URLSearchParams(location.hash.slice(1));
  return state.get("figure") === figure.dataset.name ? state : new URLSearchParams();
}

function within(input, text) {
  return /^-?\d+(\.\d+)?$/.test(text ?? "") && Number(text) >= input.min && Number(text) <= input.max;
}

function setUp(figure) {
  const inputs = [...figure.querySelectorAll("input")];
  const said = figure.querySelector(".moving-said");
  const status = figure.querySelector("[role=status]");
  let view;

  async function begin() {
    const { parse, View } = await fetched();
    const picture = figure.querySelector(".moving-picture");
    const live = document.createElement("div");
    live.setAttribute("aria-hidden", "true");
    picture.append(live);
    const spec = JSON.parse(figure.querySelector("script").textContent);
    view = new View(parse(spec), { renderer: "svg", container: live });
    await draw();
    picture.classList.add("moving-live");
  }

  async function draw() {
    for (const input of inputs) {
      const output = figure.querySelector(`output[for="${input.id}"]`);
      const power = output.dataset.power && Number((10 ** input.value).toPrecision(2));
      output.value = power ?? input.value;
      // What a screen reader says of the slider.
      if (power) input.setAttribute("aria-valuetext", power);
      view?.signal(input.name, Number(input.value));
    }
    if (view) {
      await view.runAsync();
      const text = figure.querySelector(".readout_marks text").textContent;
      // Only a change is read out.
      if (said.textContent !== text) said.textContent = text;
      figure.querySelectorAll("[data-mark]").forEach(mark);
    }
  }

  // Where the value of another parameter lies on a slider, from 0 to 1.
  function mark(slider) {
    const { min, max } = slider.querySelector("input");
    slider.style.setProperty("--mark", (view.signal(slider.dataset.mark) - min) / (max - min));
  }

  function restore() {
    const state = linked(figure);
    for (const input of inputs) {
      const text = state.get(input.name);
      if (within(input, text)) input.value = text;
    }
    return state.size > 0;
  }

  async function link() {
    const state = new URLSearchParams({ figure: figure.dataset.name });
    for (const input of inputs) state.set(input.name, input.value);
    history.replaceState(null, "", `#${state}`);
    try {
      await navigator.clipboard.writeText(location.href);
      status.textContent = "Copied.";
    } catch {
      status.textContent = "The link is in the address bar.";
    }
  }

  function reset() {
    for (const input of inputs) input.value = input.defaultValue;
    status.textContent = "";
    draw();
  }

  figure.addEventListener("input", () => {
    status.textContent = "";
    draw();
  });
  figure.querySelector("[data-do=link]").addEventListener("click", link);
  figure.querySelector("[data-do=reset]").addEventListener("click", reset);
  window.addEventListener("hashchange", () => {
    if (restore()) draw();
  });
  if (restore()) figure.scrollIntoView();
  draw();

  new IntersectionObserver(
    (entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      begin().catch((error) => {
        status.textContent = error.message;
      });
    },
    { rootMargin: "600px" },
  ).observe(figure);
}

document.querySelectorAll("figure.moving").forEach(setUp);
