// An agent's graph as a picture that the page draws itself: layers from above, groups as frames, loops beside them.
import { h, plural, shape, shownName } from "./dom.js";

const ROW = 40, GAP_X = 22, GAP_Y = 44, PAD = 14, TITLE = 26, WIDEST = 900, MOST = 400;
const LETTER = 8.2;  // of 14 px, on average and a little more

const STATES = { done: "✓", now: "▶", waiting: "?", failed: "✗" };
export const STATE_NAMES = { done: "has run", now: "is next", waiting: "waits for a person", failed: "failed" };

/** A name that fits into a box. */
function short(name) {
  const text = shownName(name);
  return [...text].length > 24 ? `${[...text].slice(0, 23).join("")}…` : text;
}

/** The parts of a group in layers: each below those that lead to it, loops left aside. */
function layersOf(parts, edges, begins) {
  const next = new Map(parts.map((one) => [one, []]));
  const state = new Map(), order = [], loops = new Set();
  // A run begins there: what leads there leads back.
  for (const [from, to] of edges) if (begins.has(to)) loops.add(`${from} ${to}`); else next.get(from).push(to);
  const visit = (begin) => {
    const stack = [[begin, 0]];
    state.set(begin, 1);
    while (stack.length) {
      const top = stack.at(-1), to = next.get(top[0])[top[1]++];
      if (to === undefined) { state.set(top[0], 2); order.unshift(top[0]); stack.pop(); }
      else if (state.get(to) === 1) loops.add(`${top[0]} ${to}`);
      else if (!state.has(to)) { state.set(to, 1); stack.push([to, 0]); }
    }
  };
  const entered = new Set(edges.map(([, to]) => to));
  for (const one of [...parts.filter((part) => begins.has(part)), ...parts.filter((part) => !entered.has(part)), ...parts]) if (!state.has(one)) visit(one);
  const layer = new Map(parts.map((one) => [one, 0]));
  for (const one of order) for (const to of next.get(one)) if (!loops.has(`${one} ${to}`)) layer.set(to, Math.max(layer.get(to), layer.get(one) + 1));
  const layers = [];
  for (const one of parts) (layers[layer.get(one)] ??= []).push(one);
  return { layers, loops, layer };
}

/** Puts each layer in the order of what leads to it, so that fewer edges cross. */
function arrange(layers, edges) {
  const before = new Map();
  for (const [from, to] of edges) before.set(to, [...(before.get(to) ?? []), from]);
  const place = new Map();
  for (const layer of layers) {
    const weight = (one) => { const those = (before.get(one) ?? []).filter((other) => place.has(other)); return those.length ? those.reduce((sum, other) => sum + place.get(other), 0) / those.length : layer.indexOf(one); };
    const weights = new Map(layer.map((one) => [one, weight(one)]));
    layer.sort((one, other) => weights.get(one) - weights.get(other));
    layer.forEach((one, i) => place.set(one, i - (layer.length - 1) / 2));
  }
}

/** Where everything is: {width, height, boxes: id -> {x, y, width, height, isGroup}, edges: [{from, to, label, kind, points | loop}]}. */
export function layout(graph) {
  const nodes = new Map(graph.nodes.slice(0, MOST).map((one) => [one.id, one])), children = new Map();
  for (const one of nodes.values()) if (nodes.has(one.parent)) children.set(one.parent, [...(children.get(one.parent) ?? []), one.id]);
  const chain = (id) => { const all = []; for (let at = id; nodes.has(at) && all.length < 50; at = nodes.get(at).parent) all.unshift(at); return all; };
  const edges = graph.edges.filter((one) => nodes.has(one.from) && nodes.has(one.to));
  // Each edge belongs to the innermost group that has both ends, between two parts of it.
  const lifted = new Map();
  for (const edge of edges) {
    const from = chain(edge.from), to = chain(edge.to);
    let depth = 0;
    while (depth < from.length && from[depth] === to[depth]) ++depth;
    const group = from[depth - 1], ends = [from[depth], to[depth]];
    if (ends[0] !== undefined && ends[1] !== undefined) lifted.set(group, [...(lifted.get(group) ?? []), ends]);
    edge.group = group;
    edge.ends = ends;
  }
  const boxes = new Map(), begins = new Set((graph.first ?? []).flatMap(chain));
  const place = (id, isRoot) => {
    const parts = children.get(id);
    if (!parts) {
      const size = { width: Math.max(72, [...short(nodes.get(id)?.name ?? "")].length * LETTER + 46), height: ROW, x: 0, y: 0 };
      boxes.set(id, size);
      return size;
    }
    const own = lifted.get(id) ?? [], { layers, loops } = layersOf(parts, own, begins);
    for (const one of parts) place(one, false);
    arrange(layers, own);
    const rows = layers.flatMap((layer) => {
      const wrapped = [[]];
      let used = 0;
      for (const one of layer) { const { width } = boxes.get(one); if (used > 0 && used + width > WIDEST) { wrapped.push([]); used = 0; } wrapped.at(-1).push(one); used += width + GAP_X; }
      return wrapped;
    });
    const wide = (row) => row.reduce((sum, one) => sum + boxes.get(one).width, 0) + GAP_X * (row.length - 1);
    const inside = Math.max(...rows.map(wide), isRoot ? 0 : [...short(nodes.get(id).name)].length * LETTER);
    const side = loops.size || own.some(([one, other]) => one === other) ? 46 : 0;
    let y = isRoot ? PAD : PAD + TITLE;
    for (const row of rows) {
      let x = PAD + side + (inside - wide(row)) / 2;
      const high = Math.max(...row.map((one) => boxes.get(one).height));
      for (const one of row) { Object.assign(boxes.get(one), { left: x, top: y + (high - boxes.get(one).height) / 2, within: id }); x += boxes.get(one).width + GAP_X; }
      y += high + GAP_Y;
    }
    const size = { width: inside + 2 * PAD + 2 * side, height: y - GAP_Y + PAD, isGroup: !isRoot, x: 0, y: 0 };
    boxes.set(id, size);
    return size;
  };
  const roots = [...nodes.values()].filter((one) => !nodes.has(one.parent)).map((one) => one.id);
  const root = roots[0] === undefined ? { width: 0, height: 0 } : place(roots[0], true);
  for (const id of nodes.keys()) {
    const box = boxes.get(id);
    if (!box) continue;
    for (const one of chain(id)) { const part = boxes.get(one); if (part?.within) { box.x += part.left; box.y += part.top; } }
  }
  return { root: roots[0], boxes, edges: edges.filter((one) => boxes.has(one.from) && boxes.has(one.to)), width: root.width, height: root.height };
}

let drawn = 0;

/** The path of an edge: from below a box to above another, or around the side for one that leads back. */
function pathOf(from, to, frame) {
  const [x1, y1, x2, y2] = [from.x + from.width / 2, from.y + from.height, to.x + to.width / 2, to.y];
  if (y2 > y1) {
    const bend = Math.max(18, (y2 - y1) / 2);
    return { path: `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`, at: [(x1 + 3 * x2) / 4, y2 - Math.min(26, (y2 - y1) / 2)] };
  }
  const right = Math.max(from.x + from.width, to.x + to.width), out = Math.min(right + 44, frame.x + frame.width - 4);
  const [sy, ty] = [from.y + from.height / 2, to.y + to.height / 2 + (from === to ? -10 : 0)];
  return { path: `M${from.x + from.width} ${sy}C${out} ${sy} ${out} ${ty} ${to.x + to.width} ${ty}`, at: [out - 6, (sy + ty) / 2] };
}

/**
 * The picture of a graph, as the routes give it; `open(node)` is called for the node that is chosen. The element has
 * `mark(states)`: a Map of a node's path to done, now, waiting or failed.
 */
export function graphPicture(graph, open) {
  const plan = layout(graph), id = `arrow${++drawn}`, nodes = new Map(graph.nodes.map((one) => [one.id, one]));
  const dot = 7, top = 34, places = new Map(), shift = (box) => ({ ...box, y: box.y + top });
  const edgeOf = (from, to, { label = "", kind = "" }, frame) => {
    const { path, at } = pathOf(from, to, frame);
    return [shape("path", { d: path, class: `edge ${kind === "transfer" ? "transfer" : ""}`, "marker-end": `url(#${id})` }),
      label && shape("text", { x: at[0], y: at[1], class: "edge-label", "text-anchor": "middle" }, short(label))];
  };
  const middle = plan.width / 2, start = { x: middle - dot, y: 4, width: 2 * dot, height: 2 * dot }, end = { x: middle - dot, y: plan.height + top + 14, width: 2 * dot, height: 2 * dot };
  const whole = { x: 0, y: 0, width: plan.width, height: plan.height + top + 40 };
  const groups = [], leaves = [];
  for (const [key, one] of plan.boxes) {
    if (key === plan.root && !one.isGroup && plan.boxes.size > 1) continue;
    const box = shift(one), node = nodes.get(key);
    const mark = shape("tspan", { class: "state-mark" }), name = shape("text", { x: one.isGroup ? box.x + 12 : box.x + box.width / 2, y: one.isGroup ? box.y + 20 : box.y + box.height / 2 + 5, "text-anchor": one.isGroup ? "start" : "middle" }, mark, shape("tspan", {}, short(node.name)));
    const group = shape("g", { class: one.isGroup ? "group" : "node" }, shape("title", {}, shownName(node.path)), shape("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: one.isGroup ? 10 : 7 }), name);
    if (!one.isGroup) group.addEventListener("click", () => open?.(node));
    places.set(node.path, { group, mark, isGroup: one.isGroup });
    (one.isGroup ? groups : leaves).push(group);
  }
  const boxOf = (key) => plan.boxes.has(key) && shift(plan.boxes.get(key));
  const arrows = [...plan.edges.map((one) => edgeOf(boxOf(one.from), boxOf(one.to), one, one.group === plan.root || !plan.boxes.has(one.group) ? whole : boxOf(one.group))),
    ...(graph.first ?? []).map(boxOf).filter(Boolean).map((to) => edgeOf(start, to, {}, whole)), ...(graph.last ?? []).map(boxOf).filter(Boolean).map((from) => edgeOf(from, end, {}, whole))];
  const picture = shape("svg", { viewBox: `0 0 ${whole.width} ${whole.height}`, width: whole.width, height: whole.height, class: "graph", role: "img" },
    shape("defs", {}, shape("marker", { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" }, shape("path", { d: "M0 0L8 4L0 8z", class: "arrow" }))),
    groups, shape("circle", { cx: middle, cy: start.y + dot, r: dot, class: "start" }), (graph.last ?? []).length > 0 && shape("circle", { cx: middle, cy: end.y + dot, r: dot, class: "end" }), arrows, leaves);
  const frame = h("div", { class: "wide graph-frame", tabindex: "0", role: "group", "aria-label": "The graph; the list of nodes says the same" }, picture);
  if (graph.nodes.length > MOST) frame.append(h("p", { class: "warning" }, `Only ${MOST} of ${plural(graph.nodes.length, "node")} are drawn.`));
  frame.mark = (states) => {
    for (const [path, { group, mark, isGroup }] of places) {
      const state = isGroup ? undefined : states.get(path);
      group.setAttribute("class", `${isGroup ? "group" : "node"} ${state ?? ""}`);
      mark.textContent = state ? `${STATES[state]} ` : "";
    }
    const now = [...states].filter(([, state]) => state === "now" || state === "waiting").map(([path, state]) => `${shownName(path.split("/").pop())} ${STATE_NAMES[state]}`);
    picture.setAttribute("aria-label", `${shownName(graph.agent)}: ${plural(places.size, "node")}. ${now.join(", ")}`);
  };
  frame.mark(new Map());
  return frame;
}

/** The same as a list: each node with its state, what it does and where it leads. */
export function nodeList(graph, states) {
  const names = new Map(graph.nodes.map((one) => [one.id, shownName(one.name)])), parents = new Set(graph.nodes.map((one) => one.parent));
  return h("ul", { class: "plain nodes" }, graph.nodes.filter((one) => !parents.has(one.id)).map((one) => {
    const state = states.get(one.path), to = graph.edges.filter((edge) => edge.from === one.id).map((edge) => `${names.get(edge.to) ?? "?"}${edge.label ? ` (${shownName(edge.label)})` : ""}`);
    return h("li", { "data-path": one.path, class: state ?? "" }, h("strong", { dir: "auto" }, names.get(one.id)), h("span", { class: "hint" }, ` ${shownName(one.class ?? "")}`, state && ` · ${STATE_NAMES[state]}`, to.length > 0 && ` · leads to ${to.join(", ")}`, one.asks && " · asks a person", one.tools?.length > 0 && ` · tools: ${one.tools.map(shownName).join(", ")}`),
      one.description && h("p", { class: "hint", dir: "auto" }, one.description));
  }));
}
