// Python, in a thread of its own: a cell that never ends can be stopped by ending the thread.
//
// The page sends {do: "start", …} once and then {do: "run", …} for each cell, one at a time. Back come
// {say: "ready" | "output" | "done" | "missing" | "broken", …}.
let python, cells;

const words = (error) => String(error?.message ?? error);

async function start({address, packages, wheel}) {
  try {
    const [{loadPyodide}, source] = await Promise.all([
      import(`${address}pyodide.mjs`),
      fetch(new URL("cells.py", import.meta.url)).then((answer) => answer.text()),
    ]);
    // The packages are fetched while Python itself starts.
    python = await loadPyodide({
      indexURL: address,
      packages,
      env: {MPLBACKEND: "agg", PYTHONHASHSEED: "0"},
      stdout: () => {},
      stderr: () => {},
    });
    await load([wheel]);
    // A package that could not be fetched is only missing from this list.
    const lacking = packages.filter((name) => !(name in python.loadedPackages));
    if (lacking.length) throw new Error(lacking.join(", "));
    python.FS.writeFile("/lib/python3.12/site-packages/live_cells.py", source);
    cells = python.pyimport("live_cells");
    cells.install();
    postMessage({say: "ready"});
  } catch (error) {
    postMessage({say: "missing", why: words(error)});
  }
}

async function load(packages) {
  const quiet = {messageCallback: () => {}, errorCallback: () => {}};
  await python.loadPackage(packages, quiet);
}

async function run({number, code, fresh}) {
  try {
    // What an edited cell imports beyond the page's own packages.
    const quiet = {messageCallback: () => {}, errorCallback: () => {}};
    await python.loadPackagesFromImports(code, quiet).catch(() => {});
    const send = (output) => postMessage({say: "output", output: JSON.parse(output)});
    postMessage({say: "done", ok: cells.run(number, code, fresh, send)});
  } catch (error) {
    postMessage({say: "broken", why: words(error)});
  }
}

onmessage = ({data}) => (data.do === "start" ? start(data) : run(data));
