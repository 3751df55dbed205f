// Bytes of an event stream → events, by the rules of the HTML standard (section "Server-sent events").

/** Splits a growing text into complete lines; a CR at the end of a chunk may still be half of a CR LF. */
function takeLines(buffer, ended) {
  const lines = [];
  let from = 0;
  const ends = /\r\n|\r|\n/g;
  for (let end = ends.exec(buffer); end; end = ends.exec(buffer)) {
    if (end[0] === "\r" && ends.lastIndex === buffer.length && !ended) break;
    lines.push(buffer.slice(from, end.index));
    from = ends.lastIndex;
  }
  return [lines, buffer.slice(from)];
}

/** Yields `{event, data}` for every complete event in `stream` (a ReadableStream of bytes). Comments are skipped. */
export async function* readEvents(stream) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event = "message";
  let data = [];
  try {
    for (let ended = false; !ended; ) {
      const { done, value } = await reader.read();
      ended = done;
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const [lines, left] = takeLines(rest, ended);
      rest = left;
      for (const line of lines) {
        if (line === "") {
          if (data.length) yield { event, data: data.join("\n") };
          event = "message";
          data = [];
          continue;
        }
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "event") event = value || "message";
        if (field === "data") data.push(value);
      }
    }
  } finally {
    // A reader who leaves stops the answer at the server, not only on the screen.
    await reader.cancel().catch(() => {});
  }
}
