"use strict";

const slides = [...document.querySelectorAll("main > section")];
const counter = document.querySelector("nav output");
let at = 0;

function show(number) {
  at = Math.max(0, Math.min(slides.length - 1, number));
  counter.textContent = `${at + 1} / ${slides.length}`;
  history.replaceState(null, "", `#${at + 1}`);
}

function go(number) {
  show(number);
  slides[at].scrollIntoView();
}

const keys = {
  ArrowRight: () => go(at + 1), ArrowDown: () => go(at + 1), PageDown: () => go(at + 1), " ": () => go(at + 1),
  ArrowLeft: () => go(at - 1), ArrowUp: () => go(at - 1), PageUp: () => go(at - 1),
  Home: () => go(0), End: () => go(slides.length - 1),
  f: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
};

addEventListener("keydown", (event) => {
  const onButton = event.key === " " && event.target.tagName === "BUTTON";
  if (event.ctrlKey || event.altKey || event.metaKey || onButton || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

document.querySelector("nav .back").addEventListener("click", () => go(at - 1));
document.querySelector("nav .on").addEventListener("click", () => go(at + 1));

// Whoever scrolls changes the slide too.
const watch = new IntersectionObserver(
  (entries) => entries.forEach((entry) => entry.isIntersecting && show(slides.indexOf(entry.target))),
  { threshold: 0.6 },
);

// A slide with more on it than usual is written a little smaller, down to seven tenths.
function fit() {
  for (const content of document.querySelectorAll(".content")) {
    for (let size = 0.97; size > 0.69 && spills(content); size -= 0.03) content.style.fontSize = `${size}em`;
  }
}

// MathJax lays hidden text for screen readers over its formulas, which would count in scrollHeight.
function spills(content) {
  const room = content.getBoundingClientRect();
  return [...content.querySelectorAll(":scope > *, svg, pre, img, table, li, p")].some((element) => {
    const box = element.getBoundingClientRect();
    return box.top < room.top - 1 || box.bottom > room.bottom + 1 || box.right > room.right + 1;
  });
}

addEventListener("load", async () => {
  if (window.MathJax?.startup?.promise) await MathJax.startup.promise;
  fit();
  go(Number(location.hash.slice(1)) - 1 || 0);
  slides.forEach((slide) => watch.observe(slide));
  document.documentElement.dataset.ready = "yes";
});
