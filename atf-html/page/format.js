// Numbers and names as text, and colours.

const UNITS = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"]];

/** A duration in ns with a unit and three digits. */
function duration(ns) {
  for (const [size, unit] of UNITS) {
    if (ns >= size) {
      const value = ns / size;
      return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ${unit}`;
    }
  }
  return `${Math.round(ns)} ns`;
}

/** A count with groups of three digits. */
function grouped(number) {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** A count with its noun. */
function counted(number, noun) {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** A colour for a name: always the same. Related names begin alike and get related colours. */
function colour(name, isDark) {
  const hash = (text) => {
    let sum = 2166136261;
    for (let at = 0; at < text.length; at += 1) {
      sum = Math.imul(sum ^ text.charCodeAt(at), 16777619);
    }
    return sum >>> 0;
  };
  const family = name.split(/::|\./)[0];
  const hue = (hash(family) % 360 + hash(name) % 40) % 360;
  return `hsl(${hue} ${isDark ? 42 : 62}% ${isDark ? 38 : 72}%)`;
}

/** The element with this id. */
function element(id) {
  return document.getElementById(id);
}

/** Text in an element: never markup. */
function put(id, text) {
  element(id).textContent = text;
}

/** The text, cut to a width. */
function fitting(context, text, width) {
  if (width < 18) return "";
  if (context.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low > 1 ? `${text.slice(0, low)}…` : "";
}
