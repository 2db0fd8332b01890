// Run, Edit and Reset for each cell, Run all and Stop for the page. The buttons are in the page already
// (book/_ext/live.py wrote them); Python runs in worker.js.

const bar = document.querySelector(".live-bar[data-live]");
const page = bar && JSON.parse(bar.dataset.live);
const button = (name) => bar.querySelector(`.live-${name}`);

// --- What this browser keeps -----------------------------------------------------------------------------

// Private windows may refuse to keep anything.
const store = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(`sevensteps:${key}`));
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(`sevensteps:${key}`);
      else localStorage.setItem(`sevensteps:${key}`, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
};

// 125 KB that only those fetch who edit. An import that failed is tried again.
const loadEditor = () => import("./editor.js");

const MOVING = "application/vnd.vegalite.v6+json";

// --- A cell ----------------------------------------------------------------------------------------------

class Cell {
  constructor(tools) {
    this.number = Number(tools.dataset.number);
    this.id = tools.dataset.id;
    this.hash = tools.dataset.hash;
    this.cell = tools.closest("div.cell");
    this.input = tools.closest("div.cell_input");
    this.pre = this.input.querySelector("pre");
    this.note = tools.querySelector(".live-note");
    [this.run, this.edit, this.reset] = tools.querySelectorAll("button");
    this.printed = this.pre.cloneNode(true);
    this.original = this.code = this.pre.textContent.replace(/\n$/, "");
    this.output = this.bookOutput = this.cell.querySelector(":scope > div.cell_output");
    this.ran = false;
    this.view = null;
    this.moved = new Map();

    this.run.onclick = () => runUpTo(this);
    this.edit.onclick = () => (this.view ? this.leave() : this.open());
    this.reset.onclick = () => this.restore();
    for (const each of [this.run, this.edit, this.reset]) each.disabled = false;
    this.recall();
  }

  get key() {
    return `${page.page}#${this.id}`;
  }

  get edited() {
    return this.code !== this.original;
  }

  say(text, more) {
    this.note.replaceChildren(text, ...(more ? [" ", more] : []));
  }

  // An edit that the browser kept comes back, unless the book's own code has changed meanwhile.
  recall() {
    const kept = store.get(this.key);
    if (!kept) return;
    if (kept.hash === this.hash) {
      this.put(kept.code);
      this.say("Your edit, kept by this browser.");
      return;
    }
    const back = Object.assign(document.createElement("button"), {type: "button", textContent: "Bring back my edit"});
    back.onclick = () => {
      this.put(kept.code);
      this.keep();
      this.edit.focus();
    };
    this.say("The book has changed this cell since you edited it.", back);
  }

  // Show code where no editor is open, in the page's own colours once the editor's script is there.
  put(code) {
    this.code = code;
    this.reset.hidden = !this.edited && this.output === this.bookOutput;
    if (!this.edited) {
      this.pre.replaceChildren(...this.printed.cloneNode(true).childNodes);
      return;
    }
    this.pre.textContent = `${code}\n`;
    const colour = ({colour}) => this.code === code && this.pre.replaceChildren(colour(code), "\n");
    loadEditor().then(colour, () => {});
  }

  keep() {
    const kept = store.set(this.key, this.edited ? {code: this.code, hash: this.hash} : null);
    this.say(kept ? (this.edited ? "Edited." : "") : "Edited. This browser keeps no edits: download the notebook.");
  }

  async open() {
    let edit;
    try {
      ({edit} = await loadEditor());
    } catch {
      this.say("The editor could not be fetched. Is this device online? Press Edit to try again.");
      return;
    }
    if (this.view) return;
    this.say("Shift+Enter runs, Escape ends editing.");
    this.pre.hidden = true;
    this.view = edit({
      parent: this.pre.parentElement,
      code: this.code,
      label: `Code of cell ${this.number}`,
      describedBy: "live-hint",
      onChange: (code) => {
        this.code = code;
        this.ran = false;
        this.reset.hidden = false;
        store.set(this.key, this.edited ? {code, hash: this.hash} : null);
      },
      onRun: () => runUpTo(this),
      onLeave: () => this.leave(),
    });
    this.word("Done");
    this.view.focus();
  }

  leave() {
    this.close();
    this.put(this.code);
    this.keep();
    this.edit.focus();
  }

  close() {
    this.view?.destroy();
    this.view = null;
    this.pre.hidden = false;
    this.word("Edit");
  }

  word(text) {
    this.edit.querySelector(".live-word").textContent = text;
  }

  // Back to what the book says, the output included.
  restore() {
    this.close();
    if (this.edited) this.ran = false;
    this.show(this.bookOutput);
    this.put(this.original);
    store.set(this.key, null);
    this.say("As in the book.");
    this.edit.focus();
  }

  show(output) {
    if (output === this.bookOutput) {
      for (const {figure, home} of this.moved.values()) home.replaceWith(figure);
      this.moved.clear();
    }
    if (this.output && output) this.output.replaceWith(output);
    else if (output) this.cell.append(output);
    else this.output?.remove();
    this.output = output;
    this.output?.classList.remove("live-old");
  }

  // The old output stays, dimmed, until there is something new: less jumps about.
  begin() {
    this.say("Running …");
    this.runs = this.code;
    this.started = performance.now();
    this.fresh = null;
    this.output?.classList.add("live-old");
  }

  take(output) {
    if (!this.fresh) {
      this.fresh = Object.assign(document.createElement("div"), {className: "cell_output docutils container"});
      this.show(this.fresh);
      this.reset.hidden = false;
    }
    const name = output.data?.[MOVING]?.usermeta?.name;
    const figure = name && this.moving(name);
    if (figure) this.fresh.append(...figure);
    else render(output, this.fresh);
  }

  // A figure that moves was compiled when the book was built. It goes on moving, with the book's numbers.
  moving(name) {
    let figure = this.moved.get(name)?.figure;
    if (!figure) {
      figure = this.bookOutput?.querySelector(`[id="moving-${CSS.escape(name)}"]`);
      if (!figure) return null;
      const home = document.createComment(name);
      figure.replaceWith(home);
      this.moved.set(name, {figure, home});
    }
    if (!cells.some((cell) => cell.number <= this.number && cell.edited)) return [figure];
    const said = Object.assign(document.createElement("p"), {textContent: "This figure keeps the book's numbers."});
    return [figure, said];
  }

  end(say, ok) {
    if (!this.fresh && say === "done") this.show(null);
    this.output?.classList.remove("live-old");
    this.ran = say === "done" && ok && this.runs === this.code;
    this.reset.hidden = !this.edited && this.output === this.bookOutput;
    const seconds = ((performance.now() - this.started) / 1000).toFixed(1);
    this.say(say !== "done" ? "Stopped." : ok ? `Ran in ${seconds} s.` : "Failed.");
  }
}

// --- Outputs ---------------------------------------------------------------------------------------------

function block(kind, text) {
  const box = document.createElement("div");
  box.className = `output ${kind}`;
  box.innerHTML = '<div class="highlight"><pre></pre></div>';
  box.querySelector("pre").append(text);
  return box;
}

function render(output, box) {
  if (output.output_type === "stream") {
    const last = box.lastElementChild;
    if (last?.classList.contains(output.name)) last.querySelector("pre").append(output.text);
    else box.append(block(output.name === "stdout" ? "stream stdout" : "stderr", output.text));
  } else if (output.output_type === "error") {
    box.append(block("traceback", output.traceback.join("\n")));
  } else {
    box.append(picture(output) ?? marked(output.data) ?? block("text_plain", output.data["text/plain"]));
  }
}

function picture({data, metadata}) {
  const type = ["image/png", "image/svg+xml"].find((each) => each in data);
  if (!type) return null;
  const image = new Image();
  const {alt, width} = metadata[type] ?? {};
  image.alt = alt ?? data["text/plain"];
  image.src = `data:${type}${type === "image/png" ? ";base64" : ""},${type === "image/png" ? data[type] : encodeURIComponent(data[type])}`;
  if (type === "image/png") {
    // Its height is known before it is decoded, so that nothing below it jumps.
    const header = Uint8Array.from(atob(data[type].slice(0, 32)), (letter) => letter.charCodeAt(0));
    const [pixels, lines] = [16, 20].map((at) => new DataView(header.buffer).getUint32(at));
    image.width = width ?? pixels;
    image.height = Math.round((image.width * lines) / pixels);
  }
  return image;
}

function marked(data) {
  if ("text/html" in data) {
    const box = Object.assign(document.createElement("div"), {className: "output text_html"});
    box.innerHTML = data["text/html"];
    return box;
  }
  const code = data["text/markdown"]?.match(/^```python\n([^]*?)\n?```$/)?.[1];
  if (code === undefined) return null;
  const box = block("highlight-python", `${code}\n`);
  const pre = box.querySelector("pre");
  loadEditor().then(({colour}) => pre.replaceChildren(colour(code), "\n"), () => {});
  return box;
}

// --- Python ----------------------------------------------------------------------------------------------

let worker = null;
let settle = null;

// Post a message; the promise is settled by the worker's answer, or by Stop.
function ask(message, onOutput) {
  return new Promise((resolve) => {
    settle = resolve;
    worker.onmessage = ({data}) => (data.say === "output" ? onOutput(data.output) : resolve(data));
    worker.onerror = (event) => {
      event.preventDefault();
      resolve({say: "missing", why: event.message ?? "its thread did not start"});
    };
    worker.postMessage(message);
  });
}

function end(say) {
  worker?.terminate();
  worker = null;
  for (const cell of cells) cell.ran = false;
  settle?.({say});
}

async function start() {
  if (worker) return {say: "ready"};
  const size = bar.querySelector(".live-size").textContent;
  status(size ? `Fetching and starting Python,${size} from ${page.host} …` : "Starting Python …");
  worker = new Worker(new URL("worker.js", import.meta.url), {type: "module"});
  const {pyodide, packages, wheel} = page;
  const answer = await ask({
    do: "start",
    address: new URL(pyodide, location.href).href,
    wheel: new URL(wheel, location.href).href,
    packages,
  });
  if (answer.say === "ready") {
    store.set(`fetched:${pyodide}`, [...new Set([...(store.get(`fetched:${pyodide}`) ?? []), "python", ...packages])]);
    showSize();
  }
  return answer;
}

// --- The queue -------------------------------------------------------------------------------------------

let cells = [];
let queue = [];
let current = null;
let working = false;
let fresh = false;

function runUpTo(cell) {
  const waiting = new Set(queue);
  const earlier = cells.filter((each) => each.number < cell.number && !each.ran && each !== current && !waiting.has(each));
  enqueue([...earlier, cell]);
}

function enqueue(more) {
  queue.push(...more);
  for (const cell of more) if (cell !== current) cell.say("Waiting …");
  work();
}

// What happens is shown; what matters is also said to those who listen, who need not hear of each cell.
function status(text, spoken = true) {
  bar.querySelector(".live-status").textContent = text;
  if (spoken) bar.querySelector(".live-spoken").textContent = text;
}

async function work() {
  if (working) return;
  working = true;
  bar.classList.add("live-busy");
  button("stop").removeAttribute("aria-disabled");
  let answer = await start();
  let failed = null;
  while (answer.say === "ready" || (answer.say === "done" && answer.ok)) {
    current = queue.shift();
    if (!current) break;
    status(`Running cell ${current.number} of ${cells.length} …`, false);
    current.begin();
    let error = "";
    const onOutput = (output) => {
      if (output.output_type === "error") error = `${output.ename}: ${output.evalue}`;
      current.take(output);
    };
    answer = await ask({do: "run", number: current.number, code: current.code, fresh}, onOutput);
    fresh = false;
    current.end(answer.say, answer.ok);
    if (answer.say !== "done" || !answer.ok) failed = {cell: current, error};
  }
  const left = queue.splice(0);
  for (const cell of left) cell.say(failed && answer.say === "done" ? `Not run: cell ${failed.cell.number} failed.` : "");
  current = null;
  working = false;
  bar.classList.remove("live-busy");
  button("stop").setAttribute("aria-disabled", "true");
  if (answer.say === "missing" || answer.say === "broken") end(answer.say);
  status(
    {
      ready: "",
      done: failed ? `Cell ${failed.cell.number} failed: ${failed.error}` : "Done.",
      stopped: "Stopped. Python was ended and has forgotten what ran; the next Run starts it again.",
      missing: `Python could not be fetched from ${page.host}. Is this device online? Press Run to try again. (${answer.why})`,
      broken: `Python broke down; the next Run starts it again. (${answer.why})`,
    }[answer.say],
  );
}

// --- The bar ---------------------------------------------------------------------------------------------

// What is left to fetch, on every button that may fetch it.
function showSize() {
  const have = new Set(store.get(`fetched:${page.pyodide}`) ?? []);
  const parts = Object.entries({python: page.start, ...page.sizes});
  const left = parts.reduce((sum, [name, bytes]) => sum + (have.has(name) ? 0 : bytes), 0);
  for (const each of document.querySelectorAll(".live-size")) each.textContent = left > 5e5 ? ` ${Math.round(left / 1e6)} MB` : "";
  return left;
}

async function download() {
  try {
    const answer = await fetch(page.notebook);
    if (!answer.ok) throw new Error(answer.statusText);
    const notebook = await answer.json();
    const edited = new Map(cells.filter((cell) => cell.edited).map((cell) => [cell.id, cell.code]));
    for (const cell of notebook.cells) {
      if (edited.has(cell.id)) cell.source = edited.get(cell.id);
      // With one cell changed, any output may be another.
      if (edited.size && cell.cell_type === "code") Object.assign(cell, {outputs: [], execution_count: null});
    }
    const file = new Blob([JSON.stringify(notebook, null, 1)], {type: "application/x-ipynb+json"});
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${page.page.split("/").pop()}.ipynb`;
    link.click();
    URL.revokeObjectURL(link.href);
    status(`Downloaded ${link.download}${edited.size ? ", with your edits" : ""}.`);
  } catch (error) {
    status(`The notebook could not be fetched (${error.message}). Is this device online?`);
  }
}

function whyNot() {
  if (typeof WebAssembly !== "object") return "This browser cannot run Python: it has no WebAssembly.";
  if (typeof Worker !== "function") return "This browser cannot run Python: it has no web workers.";
  return null;
}

if (page) {
  const why = whyNot();
  if (why) {
    status(why);
  } else {
    cells = [...document.querySelectorAll(".live-cell")].map((tools) => new Cell(tools));
    button("run-all").onclick = () => {
      if (!working) fresh = true;
      enqueue(cells.filter((cell) => cell !== current && !queue.includes(cell)));
    };
    button("stop").onclick = () => working && end("stopped");
    button("download").onclick = download;
    for (const name of ["run-all", "stop", "download"]) button(name).disabled = false;
    if (showSize() < 5e5) status("Python was fetched before. Run fetches it again only where this browser's cache was emptied.");
  }
}
