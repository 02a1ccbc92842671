/** The LMS's side of a cmi5 launch over real HTTP: token once, launch data, documents, statements in their order. */

import { createServer } from "node:http";

export const ACTOR = { objectType: "Agent", account: { homePage: "https://lms.example.de", name: "lernende-7" } };
export const REGISTRATION = "6b3c62cf-8f3e-4a1c-a4ff-1f1d6c9f1c11";
export const ACTIVITY = "https://lms.example.de/xapi/au/42";
export const SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid";
const PUBLISHER = { objectType: "Activity", id: "urn:uuid:0d18887d-0801-57da-9d9a-6d21d613395e" };

export async function startLms() {
  const lms = {
    launchData: { launchMode: "Normal", moveOn: "CompletedAndPassed", masteryScore: 0.6 },
    preferences: null,
    documents: new Map(),
    statements: [],
    requests: [],
    /** (request) => status, to misbehave. */
    fault: () => 0,
    session: 0,
    tokens: new Map(),
  };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => answer(lms, request, Buffer.concat(chunks).toString(), response));
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  lms.address = `http://127.0.0.1:${server.address().port}`;
  lms.stop = () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
  /** A new session: the query of the launch URL. */
  lms.launch = () => {
    lms.session += 1;
    const parameters = { endpoint: `${lms.address}/xapi`, fetch: `${lms.address}/token?s=${lms.session}`, actor: JSON.stringify(ACTOR), registration: REGISTRATION, activityId: ACTIVITY };
    return `?${new URLSearchParams(parameters)}`;
  };
  lms.verbs = () => lms.statements.map(({ verb }) => verb.id.split("/").at(-1));
  return lms;
}

function answer(lms, request, body, response) {
  const { pathname, searchParams } = new URL(request.url, lms.address);
  const query = Object.fromEntries(searchParams);
  const entry = { method: request.method, path: pathname, query, headers: request.headers, body: body ? JSON.parse(body) : null };
  lms.requests.push(entry);
  const reply = (status, value) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(value === undefined ? "" : JSON.stringify(value));
  };
  const fault = lms.fault(entry);
  if (fault) return reply(fault);
  if (pathname === "/token") {
    if (lms.tokens.has(query.s)) return reply(200, { "error-code": "1", "error-text": "used" });
    lms.tokens.set(query.s, `dG9rZW4=${query.s}`);
    return reply(200, { "auth-token": lms.tokens.get(query.s) });
  }
  const session = [...lms.tokens].find(([, token]) => request.headers.authorization === `Basic ${token}`)?.[0];
  if (!session || request.headers["x-experience-api-version"] !== "1.0.3") return reply(401);
  if (pathname === "/xapi/agents/profile") return lms.preferences ? reply(200, lms.preferences) : reply(404);
  if (pathname === "/xapi/statements") {
    for (const statement of entry.body) {
      if (!lms.statements.some(({ id }) => id === statement.id)) lms.statements.push(statement);
    }
    return reply(200, entry.body.map(({ id }) => id));
  }
  if (query.activityId !== ACTIVITY || query.registration !== REGISTRATION || query.agent !== JSON.stringify(ACTOR)) return reply(400);
  if (request.method === "PUT") {
    lms.documents.set(query.stateId, entry.body);
    return reply(204);
  }
  if (query.stateId === "LMS.LaunchData") {
    const contextTemplate = { contextActivities: { grouping: [PUBLISHER] }, extensions: { [SESSION]: session } };
    return reply(200, { contextTemplate, ...lms.launchData });
  }
  return lms.documents.has(query.stateId) ? reply(200, lms.documents.get(query.stateId)) : reply(404);
}
