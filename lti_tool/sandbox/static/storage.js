/** Keeps small data for tools, apart by origin (LTI Client Side postMessages 1.0 with LTI Platform Storage 1.0). */

/** @type {Map<string, string>} */
const kept = new Map();

window.addEventListener("message", (event) => {
  const { subject, message_id, key, value } = event.data ?? {};
  const place = `${event.origin} ${key}`;
  if (subject === "lti.put_data") kept.set(place, String(value));
  else if (subject !== "lti.get_data") return;
  const answer = { subject: `${subject}.response`, message_id, key, value: kept.get(place) ?? null };
  event.source?.postMessage(answer, { targetOrigin: event.origin });
});
