/* Draws the timelines. All that is told, and every judgement, comes with the page: this file only lays it out. */
"use strict";

const LANE = 26, AXIS = 22, PAD = 8, SVG = "http://www.w3.org/2000/svg";
const GLYPHS = { whole: "●", older: "○", part: "◐", absent: "–", empty: "0", refused: "✕", error: "✕", waited: "…", hung: "∞",
  killed: "†", fault: "!", missed: "?", done: "✓" };
const ASK = "Point at a bar to read what happened. With keys, in the picture: → and ← go from event to event, Home and End to the first and the last, Enter to its row in the table; + and − zoom, 0 shows the whole run.";
const hint = document.getElementById("hint");

function make(name, attributes = {}, text = "") {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

function shape(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/* From a moment to a place: in true time, or with the same room for each moment at which anything began or ended. */
function scale(run, width, trueTime) {
  const from = run.began, to = Math.max(run.ended, from + 1e-6);
  if (trueTime) return (at) => PAD + ((at - from) / (to - from)) * (width - 2 * PAD);
  const moments = [...new Set(run.items.flatMap((item) => [item.began, item.ended]).concat(from, to))].sort((a, b) => a - b);
  const place = new Map(moments.map((at, index) => [at, PAD + (index / (moments.length - 1 || 1)) * (width - 2 * PAD)]));
  return (at) => place.get(at) ?? PAD;
}

/* Milliseconds since a run began; what was rounded may lie a little before it. */
function since(run, at) { return Math.max(0, 1000 * (at - run.began)).toFixed(1); }

/* The moment that an event's words speak of: how a copier has ended is known when it ends. */
function moment(item) { return item.kind === "copy" ? item.ended : item.began; }

class Timeline {
  constructor(box, told) {
    this.box = box; this.told = told; this.zoom = 1; this.trueTime = false;
    const runs = told.plays.flatMap((play, p) => play.runs.map((run, r) => [p, r]));
    const worst = (mark) => runs.find(([p, r]) => this.mark(p, r) === mark) ?? runs.find(([p]) => this.mark(p) === mark);
    [this.play, this.run] = worst("✕ ") ?? worst("! ") ?? runs[0] ?? [0, 0];
    this.build();
  }

  badSteps(p, r) {
    const play = this.told.plays[p], steps = new Set(play.runs[r].steps);
    const found = new Map();
    for (const one of this.told.findings) {
      if (!one.step || !steps.has(one.step) || (one.play && one.play !== play.title)) continue;
      if (one.run && one.run !== play.runs[r].number) continue;
      if (found.get(one.step) !== "bad") found.set(one.step, one.allowed ? "care" : "bad");
    }
    return found;
  }

  /* How a play or a run is marked in the choices: by the worst that was found in it. */
  mark(p, r) {
    const play = this.told.plays[p], whole = r === undefined;
    const kinds = (whole ? play.runs.map((_, at) => at) : [r]).flatMap((at) => [...this.badSteps(p, at).values()]);
    if (whole) for (const one of this.told.findings) if (one.play === play.title) kinds.push(one.allowed ? "care" : "bad");
    return kinds.includes("bad") ? "✕ " : kinds.includes("care") ? "! " : "";
  }

  /* All steps of a play, in the copier's own order. */
  stepsOf(p) { return this.told.plays[p].steps; }

  get shown() { return this.told.plays[this.play]?.runs[this.run]; }

  build() {
    this.box.textContent = ""; this.chosen = undefined;
    if (!this.shown) { this.box.append(make("p", { class: "soft" }, "Nothing was played in this scenario.")); return; }
    const bar = make("div", { class: "bar" });
    const plays = this.choice("Play", this.told.plays.map((play, p) =>
      `${this.mark(p)}${play.title} (${play.runs.length} ${play.runs.length === 1 ? "run" : "runs"})`), this.play, (at) => {
      this.play = at; this.zoom = 1;
      this.run = Math.max(0, this.told.plays[at].runs.findIndex((_, r) => this.badSteps(at, r).size)); this.build();
    });
    const runs = this.choice("Run", this.told.plays[this.play].runs.map((run, r) => {
      const only = run.steps.length === 1 ? `: held before ${run.steps[0]}` : "";
      return `${this.mark(this.play, r)}${run.number}${only}`;
    }), this.run, (at) => { this.run = at; this.zoom = 1; this.build(); });
    bar.append(plays, runs);
    this.button(bar, "−", "Zoom out", () => this.scaleBy(1 / 1.6));
    this.button(bar, "+", "Zoom in", () => this.scaleBy(1.6));
    this.button(bar, "Whole run", "Show the whole run", () => this.showAll());
    this.button(bar, "True time", "Draw in true time instead of one moment after another", (button) => {
      this.trueTime = !this.trueTime; button.setAttribute("aria-pressed", this.trueTime); this.draw();
    }).setAttribute("aria-pressed", this.trueTime);
    const stage = make("div", { class: "stage" });
    const names = make("div", { class: "names", "aria-hidden": "true" });
    names.append(make("div", { class: "axis" }, "step"));
    for (const lane of this.shown.lanes) names.append(make("div", { class: lane.kind, title: lane.name }, lane.name));
    this.paper = make("div", { class: "paper" });
    stage.append(names, this.paper);
    this.detail = make("div", { class: "detail", "aria-live": "polite" }, ASK);
    this.box.append(bar, stage, this.detail, this.legend(), this.stepList(), this.table());
    this.paper.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault(); this.scaleBy(event.deltaY < 0 ? 1.25 : 0.8, event.clientX);
    }, { passive: false });
    this.draw();
  }

  choice(name, texts, chosen, then) {
    const label = make("label", {}, `${name} `), select = make("select");
    texts.forEach((text, at) => { const option = make("option", { value: at }, text); option.selected = at === chosen; select.append(option); });
    select.addEventListener("change", () => then(Number(select.value)));
    label.append(select);
    return label;
  }

  button(bar, text, title, then) {
    const button = make("button", { type: "button", title, "aria-label": title }, text);
    button.addEventListener("click", () => then(button));
    bar.append(button);
    return button;
  }

  scaleBy(factor, clientX) {
    const box = this.paper.getBoundingClientRect(), at = clientX === undefined ? box.width / 2 : clientX - box.left;
    const before = this.zoom, middle = this.paper.scrollLeft + at;
    this.zoom = Math.min(200, Math.max(1, this.zoom * factor));
    this.draw();
    this.paper.scrollLeft = (middle * this.zoom) / before - at;
  }

  showAll() { this.zoom = 1; this.draw(); }

  draw() {
    const focused = this.paper.contains(document.activeElement), chosen = this.chosen;
    const run = this.shown, width = Math.max(600, this.paper.clientWidth) * this.zoom;
    const height = AXIS + LANE * run.lanes.length, x = scale(run, width, this.trueTime), bad = this.badSteps(this.play, this.run);
    const label = `Timeline of run ${run.number}: ${run.lanes.length} lanes, ${run.items.length} events. The table below says the same.`;
    const svg = shape("svg", { width, height, role: "img", "aria-label": label, tabindex: 0 });
    const hatch = shape("defs", {});
    hatch.innerHTML = '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="6" fill="#fff" opacity=".55"/></pattern>';
    svg.append(hatch);
    run.lanes.forEach((_, lane) => svg.append(shape("line", { class: "rule", x1: 0, x2: width, y1: AXIS + LANE * (lane + 1), y2: AXIS + LANE * (lane + 1) })));
    this.rects = [];
    const order = { copy: 0, lock: 1, state: 2, hold: 3, step: 4, note: 5, act: 6 };
    const sorted = run.items.map((item, at) => [item, at]).sort(([a], [b]) => order[a.kind] - order[b.kind] || a.began - b.began);
    for (const [item, at] of sorted) this.bar(svg, run, item, at, x, height, bad);
    svg.addEventListener("pointermove", (event) => this.point(event));
    svg.addEventListener("pointerleave", () => { hint.hidden = true; this.tell(this.chosen); });
    svg.addEventListener("click", (event) => { const at = event.target.dataset?.at; if (at !== undefined) this.choose(Number(at)); });
    svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !run.items.length) return;
      const last = run.items.length - 1, go = (at) => this.choose(Math.min(last, Math.max(0, at)));
      const keys = { ArrowRight: () => go((this.chosen ?? -1) + 1), ArrowLeft: () => go((this.chosen ?? last + 1) - 1), Home: () => go(0), End: () => go(last),
        Enter: () => this.showRow(this.chosen ?? 0), "+": () => this.scaleBy(1.6), "=": () => this.scaleBy(1.6), "-": () => this.scaleBy(1 / 1.6), 0: () => this.showAll() };
      if (!keys[event.key]) return;
      event.preventDefault(); keys[event.key]();
    });
    this.paper.replaceChildren(svg);
    if (chosen !== undefined) this.choose(chosen);
    if (focused) svg.focus({ preventScroll: true });
  }

  bar(svg, run, item, at, x, height, bad) {
    const left = x(item.began), point = item.kind === "state" && item.tone === "absent" ? 9 : 4;
    const room = Math.max(item.kind === "step" ? 2 : point, x(item.ended) - left), top = AXIS + LANE * item.lane;
    const found = item.kind === "hold" ? bad.get(item.step) ?? "" : "";
    if (found) svg.append(shape("rect", { class: `band ${found}`, x: left, y: AXIS, width: room, height: height - AXIS }));
    const [inset, tall] = { copy: [3, LANE - 6], lock: [LANE - 6, 4], step: [6, LANE - 12], note: [LANE - 9, 6] }[item.kind] ?? [5, LANE - 10];
    const rect = shape("rect", { class: `${item.kind} ${item.tone}${found ? ` ${found}` : ""}`, x: left, y: top + inset, width: room, height: tall, rx: 2, "data-at": at });
    svg.append(rect);
    this.rects[at] = rect;
    if (item.kind === "state" && item.tone !== "absent") { // pale until the next look, for nobody has looked meanwhile
      svg.append(shape("rect", { class: item.tone, x: left, y: top + inset, width: 3, height: tall, "pointer-events": "none" }));
    }
    if (item.tone === "part") svg.append(shape("rect", { x: left, y: top + inset, width: room, height: tall, rx: 2, fill: "url(#hatch)", "pointer-events": "none" }));
    if (item.kind === "hold") {
      const number = String(this.stepsOf(this.play).indexOf(item.step) + 1), mark = { fault: "!", killed: "†" }[item.tone] ?? "";
      svg.append(shape("text", { x: left + room / 2, y: 15, "text-anchor": "middle", class: found ? "" : "soft" }, room > 9 || found ? `${{ bad: "✕", care: "!" }[found] ?? ""}${number}${mark}` : ""));
      return;
    }
    const glyph = item.kind === "act" || (item.kind === "state" && item.tone !== "empty") ? GLYPHS[item.tone] ?? "" : "";
    const solid = !["absent", "empty"].includes(item.tone) && !["copy", "note", "state"].includes(item.kind);
    const full = item.kind === "copy" ? "" : `${glyph} ${item.label}`.trim();
    const text = room > full.length * 6.4 + 6 ? full : room > 12 ? glyph : "";
    if (text && item.kind !== "lock" && item.kind !== "note") svg.append(shape("text", { x: left + 4, y: top + 17, class: solid ? "on" : "" }, text));
  }

  point(event) {
    const at = event.target.dataset?.at;
    hint.hidden = true;
    if (at === undefined) { this.tell(this.chosen); return; }
    this.tell(Number(at));
    if (this.detail.getBoundingClientRect().bottom <= innerHeight) return; // the box below the picture says it
    hint.textContent = this.words(Number(at)); hint.hidden = false;
    hint.style.left = `${Math.min(event.clientX + 14, innerWidth - hint.offsetWidth - 8)}px`;
    hint.style.top = `${Math.min(event.clientY + 16, innerHeight - hint.offsetHeight - 8)}px`;
  }

  words(at) {
    const item = this.shown.items[at], from = since(this.shown, item.began), long = 1000 * (item.ended - item.began);
    const findings = item.kind === "hold" ? this.told.findings.filter((one) => one.step === item.step && (!one.play || one.play === this.told.plays[this.play].title) && (!one.run || one.run === this.shown.number)) : [];
    return [`${from} ms${long > 0.05 ? `, for ${long.toFixed(1)} ms` : ""}`, item.told, ...findings.map((one) => `${one.allowed ? "! within its claim:" : "✕"} ${one.seen}`)].join("\n");
  }

  tell(at) { this.detail.textContent = at === undefined ? ASK : this.words(at); }

  choose(at) {
    this.rects[this.chosen]?.classList.remove("chosen");
    this.chosen = at; this.rects[at].classList.add("chosen");
    this.tell(at);
    const x = Number(this.rects[at].getAttribute("x"));
    if (x < this.paper.scrollLeft || x > this.paper.scrollLeft + this.paper.clientWidth) this.paper.scrollLeft = x - 40;
  }

  legend() {
    const box = make("div", { class: "legend" });
    const tones = new Set(this.shown.items.map((item) => (item.kind === "hold" && item.tone === "held" ? "held" : item.kind === "copy" ? "copy" : item.tone)));
    const texts = { copy: "copier runs", held: "copier held before a step", whole: "● whole new content", older: "○ whole old content", part: "◐ part or mixture", absent: "– no such file",
      empty: "0 an empty file", refused: "✕ refused", error: "✕ error", waited: "… waited, then done", hung: "∞ hung", killed: "† killed", fault: "! fault put in",
      lock: "lock held", done: "✓ done", missed: "? missed", present: "a file" };
    for (const [tone, text] of Object.entries(texts)) {
      if (!tones.has(tone)) continue;
      const span = make("span"), svg = shape("svg", { width: 14, height: 12, "aria-hidden": "true" });
      svg.append(shape("rect", { class: tone, x: 1, y: 1, width: 12, height: 10, rx: 2 }));
      if (tone === "part") svg.append(shape("rect", { x: 1, y: 1, width: 12, height: 10, fill: "url(#hatch)" }));
      span.append(svg, text); box.append(span);
    }
    return box;
  }

  stepList() {
    const run = this.shown, bad = this.badSteps(this.play, this.run), box = make("div");
    if (run.command.length) { const line = make("p", { class: "small soft" }, "Command: "); line.append(make("code", {}, run.command.join(" "))); box.append(line); }
    const steps = this.stepsOf(this.play);
    if (steps.length) {
      const each = run.steps.length < steps.length;
      box.append(make("p", { class: "small soft" }, each ? "The copier's steps; each was held in a run of its own, choose one to see it:" : "The copier was held before:"));
      const list = make("ol", { class: "steps" }), runs = this.told.plays[this.play].runs;
      const found = new Map(runs.flatMap((_, r) => [...this.badSteps(this.play, r)]));
      for (const step of steps) {
        const kind = found.get(step), line = make("li", { ...(kind && { class: kind }), ...(each && run.steps.includes(step) && { "aria-current": "step" }) });
        const text = `${{ bad: "✕ ", care: "! " }[kind] ?? ""}${step}`;
        if (each) {
          const button = make("button", { type: "button" }, text);
          button.addEventListener("click", () => { this.run = runs.findIndex((one) => one.steps.includes(step)); this.zoom = 1; this.build(); });
          line.append(button);
        } else line.textContent = text;
        list.append(line);
      }
      box.append(list);
    }
    if (run.unchanged.length) box.append(make("p", { class: "small soft" }, `The same at every look: ${run.unchanged.join(", ")}`));
    return box;
  }

  table() {
    const box = this.events = make("details"), run = this.shown;
    box.append(make("summary", {}, `All ${run.items.length} events of this run as a table`));
    box.addEventListener("toggle", () => { if (box.open) this.fillTable(); });
    return box;
  }

  fillTable() {
    const box = this.events, run = this.shown;
    if (box.querySelector("table")) return;
    const table = make("table", { class: "events" }), head = make("tr"), body = make("tbody"), scroll = make("div", { class: "scroll" });
    for (const name of ["ms", "lane", "what"]) head.append(make("th", { scope: "col" }, name));
    const inOrder = run.items.map((item, at) => [item, at]).sort(([a], [b]) => moment(a) - moment(b));
    for (const [item, at] of inOrder) {
      const row = make("tr", { tabindex: -1, "data-row": at });
      row.append(make("td", {}, since(run, moment(item))), make("td", {}, run.lanes[item.lane].name), make("td", {}, item.told));
      body.append(row);
    }
    const top = make("thead"); top.append(head); table.append(top, body); scroll.append(table); box.append(scroll);
  }

  /* From an event in the picture to its row in the table. */
  showRow(at) {
    this.events.open = true; this.fillTable();
    const row = this.events.querySelector(`[data-row="${at}"]`);
    row.scrollIntoView({ block: "center" }); row.focus({ preventScroll: true });
  }
}

async function show(box) {
  if (box.dataset.drawn) return;
  box.dataset.drawn = "yes";
  try {
    const told = await unpack(document.getElementById(box.dataset.from).textContent.trim());
    const timeline = new Timeline(box, told);
    const scenario = box.closest("details");
    if (location.hash === `#${scenario.id}`) scenario.scrollIntoView();
    new ResizeObserver(() => { if (timeline.paper && timeline.paper.clientWidth !== timeline.wide) { timeline.wide = timeline.paper.clientWidth; timeline.draw(); } }).observe(box);
  } catch (error) {
    box.textContent = "This browser cannot unpack the timeline (" + error.message + "). The findings and the raw history say the same.";
  }
}

for (const scenario of document.querySelectorAll("details.scenario")) {
  const drawAll = () => { if (scenario.open) scenario.querySelectorAll(".timeline[data-from]").forEach(show); };
  scenario.addEventListener("toggle", drawAll);
  drawAll();
}

function follow() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  if (target) target.scrollIntoView();
}
addEventListener("hashchange", follow);
follow();
