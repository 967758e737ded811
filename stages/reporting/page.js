"use strict";
// The language of what no style can switch: the tab, tooltips, and what is read aloud.
const names = JSON.parse(document.getElementById("names").textContent);
for (const choice of document.querySelectorAll('input[name="language"]'))
  choice.addEventListener("change", () => {
    document.documentElement.lang = choice.value;
    document.title = names["page-title"][choice.value];
    for (const one of document.querySelectorAll("[data-named]"))
      one.setAttribute(one.title ? "title" : "aria-label", names[one.dataset.named][choice.value]);
  });

// Where the reader is.
const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const places = [...links.keys()].map((id) => document.getElementById(id));
let here;
function locate() {
  const top = 0.3 * innerHeight;
  const passed = places.filter((place) => place.getBoundingClientRect().top <= top);
  const link = links.get((passed.at(-1) ?? places[0]).id);
  if (link === here) return;
  here?.removeAttribute("aria-current");
  (here = link).setAttribute("aria-current", "location");
  const shown = link.checkVisibility() ? link : link.closest("ul").closest("li").querySelector("a");
  const strip = document.querySelector("nav");
  strip.scrollTo({left: shown.offsetLeft - strip.clientWidth / 2 + shown.offsetWidth / 2});
}
addEventListener("scroll", locate, {passive: true});
addEventListener("resize", locate);
locate();

// A link to what is folded opens it.
function reveal() {
  const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  place.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

// Opening what is folded makes its address that of the page, so that it can be passed on.
for (const fold of document.querySelectorAll("details.part"))
  fold.querySelector("summary").addEventListener("click", () => {
    if (!fold.open) history.replaceState(null, "", `#${fold.id}`);
  });

// The appendix on paper; what was folded before is so again.
let opened = [];
addEventListener("beforeprint", () => {
  if (!document.getElementById("appendix").checked) return;
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const fold of opened) fold.open = true;
});
addEventListener("afterprint", () => { for (const fold of opened) fold.open = false; opened = []; });

// Tables to take along.
const texts = (row) => [...row.cells].map((cell) => cell.innerText.trim().replace(/\s*\n\s*/g, " "));
const quoted = (text) => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
const SPECIAL = {"\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "−": "$-$",
  "→": "$\\to$", "<": "$<$", ">": "$>$", "–": "--"};
const escaped = (text) => text.replace(/[\\{}$&#_%~^−→<>–]/g, (sign) => SPECIAL[sign] ?? `\\${sign}`);
const formats = {
  csv: (rows) => rows.map((row) => texts(row).map(quoted).join(",")).join("\n") + "\n",
  latex: ([head, ...body]) => {
    const line = (row) => texts(row).map(escaped).join(" & ") + " \\\\";
    const places = [...head.cells].map((cell) => cell.classList.contains("number") ? "r" : "l").join("");
    return [`\\begin{tabular}{${places}}`, "\\toprule", line(head), "\\midrule", ...body.map(line), "\\bottomrule",
      "\\end{tabular}", ""].join("\n");
  },
};
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {  // a page from a disk may not be allowed to
    const area = document.body.appendChild(document.createElement("textarea"));
    area.value = text;
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
for (const table of document.querySelectorAll("table")) {
  const buttons = document.getElementById("copy").content.cloneNode(true);
  for (const button of buttons.querySelectorAll("button"))
    button.addEventListener("click", async () => {
      await copy(formats[button.value]([...table.rows]));
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 1200);
    });
  table.caption.firstElementChild.append(buttons);
}
