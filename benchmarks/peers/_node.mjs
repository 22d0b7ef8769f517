// Measures a peer written in JavaScript like _loop.py measures those in Python:
//   node _node.mjs PEER PACKAGES JOB... --limit N --seconds S
// A job is a workload in its neutral form, or, for Cedar, policies and requests already written in Cedar's form.
// Prints one answer a line.
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const MOST_PASSES = 5;
const START = Date.UTC(2026, 0, 1) / 1000;

function* asked(w, limit) {
  const onResource = new Map();
  for (const policies of Object.values(w.functions))
    for (const [arn, name] of Object.entries(policies)) onResource.set(arn, name);
  for (const [caller, action, resource, context, second] of w.rows.slice(0, limit)) {
    const values = { ...w.contexts[context] };
    if (second >= 0) {
      values["aws:CurrentTime"] = new Date((START + second) * 1000).toISOString().replace(".000Z", "Z");
      values["aws:EpochTime"] = String(START + second);
    }
    const arn = w.resources[resource];
    const written = arn.split(":")[4];
    const owner = w.owners[arn] ?? (/^\d{12}$/.test(written) ? written : w.accounts[0]);
    values["aws:ResourceAccount"] = owner;  // AWS derives the key from the resource; a peer has to be told
    yield { caller: w.callers[caller], action: w.actions[action], arn, owner, context: values, policy: onResource.get(arn) };
  }
}

// What a simulation carries besides its request, with the documents as `wrap` leaves them.
function simulations(w, limit, wrap) {
  const documents = {};
  const kinds = { identity: {}, boundary: {}, scp: {}, resource: {} };
  const of = (kind, name) => (kinds[kind][name] ??= wrap(kind, name, w.documents[name]));
  const entities = Object.fromEntries(w.entities.map((e) => [e.arn, e]));
  return [...asked(w, limit)].map((q) => {
    const entity = entities[q.caller];
    return {
      ...q,
      identity: (entity?.policies ?? []).map((n) => of("identity", n)),
      boundary: entity?.boundary ? [of("boundary", entity.boundary)] : undefined,
      levels: entity ? w.levels.map((level, i) => ({ orgIdentifier: `level-${i}`, policies: level.map((n) => of("scp", n)) })) : [],
      resource: q.policy === undefined ? undefined : of("resource", q.policy),
    };
  });
}

async function core(packages) {
  const scope = join(packages, "@cloud-copilot");
  const at = (path) => import(pathToFileURL(realpathSync(join(scope, path))).href);
  const { authorize } = await at("iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js");
  const { AwsRequestImpl } = await at("iam-simulate/dist/esm/request/request.js");
  const { RequestContextImpl } = await at("iam-simulate/dist/esm/requestContext.js");
  const { DiscoveryContextKeyConstraints } = await at("iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js");
  const { loadPolicy } = await at("iam-policy/dist/esm/index.js");
  const everything = loadPolicy(
    { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }] },
    { name: "RCPFullAWSAccess" },
  );
  return {
    load: (w, limit) =>
      simulations(w, limit, (_kind, name, document) => loadPolicy(document, { name })).map((s) => ({
        request: new AwsRequestImpl(s.caller, { resource: s.arn, accountId: s.owner }, s.action, new RequestContextImpl(s.context)),
        sessionPolicy: undefined,
        identityPolicies: s.identity,
        serviceControlPolicies: s.levels,
        resourceControlPolicies: [{ orgIdentifier: "root", policies: [everything] }],
        resourcePolicy: s.resource,
        permissionBoundaries: s.boundary,
        vpcEndpointPolicies: undefined,
        simulationParameters: { simulationMode: "Strict", discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints() },
      })),
    decide: (ready) => authorize(ready).result === "Allowed",
  };
}

async function runs(packages) {
  const scope = join(packages, "@cloud-copilot");
  const at = (path) => import(pathToFileURL(realpathSync(join(scope, path))).href);
  const { runSimulation } = await at("iam-simulate/dist/esm/index.js");
  const policy = await at("iam-policy/dist/esm/index.js");
  // Validated once, where the package offers it, so that a simulation need not do it again.
  const validated = (kind, document) => {
    const check = {
      identity: policy.validateIdentityPolicy,
      boundary: policy.validateIdentityPolicy,
      scp: policy.validateServiceControlPolicy,
      resource: policy.validateResourcePolicy,
    }[kind];
    return policy.createValidatedPolicy ? policy.createValidatedPolicy(document, check) : document;
  };
  return {
    load: (w, limit) =>
      simulations(w, limit, (kind, name, document) =>
        kind === "resource" ? validated(kind, document) : { name, policy: validated(kind, document) },
      ).map((s) => ({
        request: { principal: s.caller, action: s.action, resource: { resource: s.arn, accountId: s.owner }, contextVariables: s.context },
        identityPolicies: s.identity,
        serviceControlPolicies: s.levels,
        resourceControlPolicies: [],
        resourcePolicy: s.resource,
        permissionBoundaryPolicies: s.boundary,
      })),
    decide: async (ready) => {
      const found = await runSimulation(ready, {});
      if (found.resultType === "error") throw new Error(JSON.stringify(found.errors).slice(0, 300));
      return found.overallResult === "Allowed";
    },
  };
}

async function cedar(packages) {
  const wasm = createRequire(join(packages, "x.js"))("@cedar-policy/cedar-wasm/nodejs");
  return {
    load: (job, limit) => {
      const parsed = wasm.preparsePolicySet("rules", { staticPolicies: job.policies });
      if (parsed.type !== "success") throw new Error(JSON.stringify(parsed).slice(0, 300));
      return job.requests.slice(0, limit).map((q) => ({ ...q, preparsedPolicySetId: "rules", entities: [] }));
    },
    decide: (ready) => {
      const found = wasm.statefulIsAuthorized(ready);
      if (found.type !== "success") throw new Error(JSON.stringify(found).slice(0, 300));
      return found.response.decision === "allow";
    },
  };
}

function memory() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

async function measure(peer, version, job, limit, seconds) {
  const started = performance.now();
  const ready = peer.load(job, limit);
  const loaded = (performance.now() - started) / 1000;
  const decisions = [];
  let end = performance.now() + seconds * 1000;
  const isAsync = peer.decide.constructor.name === "AsyncFunction";
  for (const one of ready) {
    const found = peer.decide(one);
    decisions.push(isAsync ? await found : found);
    if (performance.now() > end) break;
  }
  const chosen = ready.slice(0, decisions.length);
  const times = [];
  end = performance.now() + seconds * 1000;
  while (times.length < MOST_PASSES && (!times.length || performance.now() < end)) {
    const start = performance.now();
    if (isAsync) for (const one of chosen) await peer.decide(one);
    else for (const one of chosen) peer.decide(one);
    times.push(((performance.now() - start) / chosen.length) * 1000);
  }
  return {
    version, decisions, microseconds: median(times), passes: times.length, loaded,
    memory: memory(), inexpressible: null, figures: null,
  };
}

const [name, folder, ...rest] = process.argv.slice(2);
const packages = resolve(folder);
const option = (key) => Number(rest[rest.indexOf(key) + 1]);
const files = rest.slice(0, rest.findIndex((r) => r.startsWith("--")));
const peers = { "iam-simulate": [core, "@cloud-copilot/iam-simulate"], "iam-simulate-run": [runs, "@cloud-copilot/iam-simulate"], "cedar-wasm": [cedar, "@cedar-policy/cedar-wasm"] };
const [make, distribution] = peers[name];
const version = JSON.parse(readFileSync(join(packages, distribution, "package.json"), "utf8")).version;
const peer = await make(packages);
for (const file of files) {
  const answer = await measure(peer, version, JSON.parse(readFileSync(file, "utf8")), option("--limit"), option("--seconds"));
  console.log(JSON.stringify(answer));
}
