// The data: from base64 to columns of numbers.

/** Decodes what the page holds. */
async function decoded() {
  const text = atob(element("data").textContent);
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const object = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const numbers = new Numbers(new Uint8Array(buffer, 4 + length));
  for (const thread of object.threads) {
    readThread(thread, numbers);
  }
  object.names = object.functions.map(([name]) => name);
  return object;
}

/** Numbers of seven bits per byte, the lowest first. */
class Numbers {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  next() {
    let [number, factor] = [0, 1];
    for (;;) {
      const byte = this.bytes[this.at];
      this.at += 1;
      number += (byte & 127) * factor;
      if (byte < 128) return number;
      factor *= 128;
    }
  }
}

/** Gaps, and rows of spans and of cells. Times are ns from the start. */
function readThread(thread, numbers) {
  thread.gaps = [];
  for (let count = numbers.next(); count > 0; count -= 1) {
    thread.gaps.push({from: numbers.next(), to: numbers.next(), events: numbers.next()});
  }
  thread.rows = [];
  for (let count = numbers.next(); count > 0; count -= 1) {
    const spans = numbers.next();
    const row = {
      start: new Float64Array(spans),
      end: new Float64Array(spans),
      name: new Uint32Array(spans),
      cells: [],
    };
    let now = 0;
    for (let at = 0; at < spans; at += 1) {
      now += numbers.next();
      row.start[at] = now;
      now += numbers.next();
      row.end[at] = now;
    }
    for (let at = 0; at < spans; at += 1) {
      row.name[at] = numbers.next();
    }
    readCells(row, numbers);
    thread.rows.push(row);
  }
}

function readCells(row, numbers) {
  const count = numbers.next();
  row.cell = new Float64Array(count);
  row.calls = new Float64Array(count);
  row.busy = new Float64Array(count);
  row.longest = new Uint32Array(count);
  let at = 0;
  for (let cell = 0; cell < count; cell += 1) {
    at += numbers.next();
    row.cell[cell] = at;
    row.calls[cell] = numbers.next();
    row.busy[cell] = numbers.next();
    row.longest[cell] = numbers.next();
  }
}

/** The first place in an ascending array whose value is not less. */
function lowerBound(values, wanted) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
