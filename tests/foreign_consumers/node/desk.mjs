// A 111 desk over libraries from npm: fhir-kit-client for FHIR, ldapts for SDS. It is kept running: one task a line.
// It knows the standard and the contract, and nothing of the harness. --fault NAME gives it a habit of such desks.
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { Client as FhirClient } from "fhir-kit-client";
import { Client as Ldap } from "ldapts";

const env = process.env;
const faults = process.argv.flatMap((one, at, all) => (one === "--fault" ? [all[at + 1]] : []));
const REST = "urn:nhs:names:services:careconnect:fhir:rest:";
const PROFILE = "https://fhir.hl7.org.uk/STU3/StructureDefinition/";
const NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number";
const DOS = "https://nww.pathwaysdos.nhs.uk/app/api/webservices";
const appointments = []; // what was booked: nhs, url, start, service, root, asid, resource
let events = [];

const saw = (what, text = "", about = []) =>
  events.push({
    at: new Date().toISOString(), what, text,
    about: about.map(({ url = "", start = "", service = "" }) => ({ url, start, service })),
  });
class Halt extends Error {}

// -- the token

let first;
function token(root, scope) {
  const seconds = faults.includes("float-times") ? Date.now() / 1000 : Math.floor(Date.now() / 1000);
  const claims = {
    iss: "https://desk.npm.example/", sub: "u-1", aud: root, iat: seconds, exp: seconds + 300,
    reason_for_request: "directcare", requested_scope: scope,
    requesting_device: {
      resourceType: "Device", model: "npm desk", version: "1",
      identifier: [{ system: "https://desk.npm.example/device", value: "npm" }],
    },
    requesting_organization: {
      resourceType: "Organization", name: "npm 111",
      identifier: [{ system: "https://fhir.nhs.uk/Id/ods-organization-code", value: env.UEC_BOOKING_ODS }],
    },
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const made = `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
  first ??= made;
  return faults.includes("one-token") ? first : made;
}

function fhir({ root, asid }, interaction, scope, more = {}) {
  const client = new FhirClient({
    baseUrl: `${env.UEC_BOOKING_SSP_URL}/${root}`,
    customHeaders: {
      "Ssp-TraceID": randomUUID(), "Ssp-From": env.UEC_BOOKING_ASID, "Ssp-To": asid,
      "Ssp-InteractionID": REST + interaction, "X-Request-ID": randomUUID(), ...more,
    },
  });
  client.bearerToken = token(root, scope);
  return client;
}
// The library's own type of a body has no charset.
const written = () =>
  faults.includes("library-content-type") ? {} : { headers: { "Content-Type": "application/fhir+json;charset=utf-8" } };

// -- the directories

async function dos(operation, inner) {
  const body = `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
    <w:${operation} xmlns:w="${DOS}"><w:userInfo><w:username>n</w:username><w:password>n</w:password></w:userInfo>
    ${inner}</w:${operation}></soap:Body></soap:Envelope>`;
  const headers = { "Content-Type": "text/xml; charset=utf-8", SOAPAction: `"${DOS}/${operation}"` };
  return (await fetch(env.UEC_BOOKING_DOS_URL, { method: "POST", headers, body })).text();
}
const all = (xml, name) =>
  [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}>([\\s\\S]*?)</(?:\\w+:)?${name}>`, "g"))].map((found) => found[1].trim());

async function services(task) {
  const about = {
    caseRef: task.task, caseId: task.task, postcode: task.caller.address.postcode, surgery: "UNK", age: 33,
    ageFormat: "Years", disposition: "Dx05", symptomGroup: "", symptomDiscriminatorList: "", searchDistance: 60, gender: "F",
  };
  const inside = Object.entries(about).map(([name, value]) => `<w:${name}>${value}</w:${name}>`).join("");
  const listed = await dos("CheckCapacitySummary", `<w:serviceVersion>1.5</w:serviceVersion><w:c>${inside}</w:c>`);
  return all(listed, "ServiceCareSummaryDestination").map((one) => ({
    id: all(one, "id")[0], name: all(one, "name")[0],
    wantsBooking: /(requirebooking|requiresappointment)<[\s\S]*?value>\s*true/i.test(one),
  }));
}

async function place(service) {
  const answer = await dos("ServiceDetailsById", `<w:serviceVersion>1.5</w:serviceVersion><w:serviceId>${service}</w:serviceId>`);
  const pointers = all(answer, "endpoint").filter((one) => /scheduling/i.test(all(one, "interaction")[0] ?? ""));
  if (pointers.length > 1) throw new Halt(`${service} has ${pointers.length} endpoints for booking`);
  if (!pointers.length) return undefined;
  const asid = all(pointers[0], "address")[0].replace(/^ASID:\s*/i, "");
  const ldap = new Ldap({ url: env.UEC_BOOKING_SDS_URL, timeout: 10000, connectTimeout: 10000 });
  const base = "ou=services, o=nhs";
  try {
    await ldap.bind("", "");
    const systems = (await ldap.search(base, { scope: "sub", filter: `(uniqueIdentifier=${asid})` })).searchEntries;
    const offered = [systems[0]?.nhsAsSvcIA ?? []].flat();
    if (systems.length !== 1 || !offered.includes(`${REST}create:appointment`) || offered.some((one) => one.includes("gpconnect")))
      throw new Error("the Spine Directory does not tell how it is booked");
    const filter = `(&(nhsMhsPartyKey=${systems[0].nhsMHSPartyKey})(nhsMhsSvcIA=${REST}read:slot))`;
    const ends = (await ldap.search(base, { scope: "sub", filter })).searchEntries;
    if (ends.length !== 1 || !/^https:/.test(ends[0].nhsMHSEndPoint)) throw new Error("the Spine Directory has no endpoint");
    return { root: encodeURI(String(ends[0].nhsMHSEndPoint)), asid };
  } finally {
    await ldap.unbind();
  }
}

// -- booking and cancelling

async function slots(where, service, hours) {
  const at = (ahead) => new Date(Date.now() + ahead).toISOString();
  const searchParams = {
    "schedule.actor:healthcareservice": service, start: [`ge${at(0)}`, `le${at(hours * 3600e3)}`], status: "free",
    _include: ["Slot:schedule", "Schedule:actor:HealthcareService"],
  };
  const found = await fhir(where, "search:slot", "organization/slot.read").search({ resourceType: "Slot", searchParams });
  const free = (found.entry ?? []).map((one) => one.resource).filter((one) => one.resourceType === "Slot" && one.status === "free");
  return free.sort((a, b) => new Date(a.start) - new Date(b.start));
}

function appointment(slot, caller) {
  const number = { use: "official", system: NHS_NUMBER, value: caller.nhs_number };
  const verified = {
    url: `${PROFILE}Extension-CareConnect-NHSNumberVerificationStatus-1`,
    valueCodeableConcept: {
      coding: [{ system: "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1", code: "01" }],
    },
  };
  const known = caller.nhs_number !== "";
  const patient = {
    resourceType: "Patient", id: "1", meta: { profile: [`${PROFILE}CareConnect-Patient-1`] },
    ...(known && { identifier: [{ extension: [verified], ...number }] }),
    name: [{ use: "official", family: caller.family, given: caller.given }], gender: caller.gender,
    birthDate: caller.birth_date, telecom: [{ system: "phone", value: caller.phone, rank: 1 }],
    address: [{ use: "home", line: caller.address.line, city: caller.address.city, postalCode: caller.address.postcode }],
  };
  const { identifier, schedule, start, end } = slot;
  const booked = {
    resourceType: "Slot", id: "2", meta: { profile: [`${PROFILE}CareConnect-Slot-1`] },
    identifier, schedule, status: "busy", start, end,
  };
  const coding = {
    system: "urn:oid:2.16.840.1.113883.2.1.3.2.4.18.17", code: "POCD_MT200001GB02", display: "Integrated Urgent Care Report",
  };
  const document = {
    resourceType: "DocumentReference", id: "3", status: "current", type: { coding: [coding] },
    identifier: [{ system: "https://tools.ietf.org/html/rfc4122", value: randomUUID() }], indexed: new Date().toISOString(),
    content: [{ attachment: { contentType: "application/hl7-v3+xml", language: "en" } }],
  };
  const actor = { reference: "#1", display: `${caller.given.join(" ")} ${caller.family}`, ...(known && { identifier: number }) };
  return {
    resourceType: "Appointment", meta: { profile: [`${PROFILE}CareConnect-Appointment-1`] },
    contained: [patient, booked, document], status: "booked", description: "111 Referral",
    supportingInformation: [{ reference: "#3" }], start, end, slot: [{ reference: "#2" }],
    participant: [{ actor, status: "accepted" }],
  };
}

async function book(where, service, slot, caller) {
  const client = fhir(where, "create:appointment", "patient/appointment.write");
  const body = appointment(slot, caller);
  const made = await client.create({ resourceType: "Appointment", body, options: written() });
  const { response } = FhirClient.httpFor(made);
  if (response.status !== 201) throw new Error(`the provider answered ${response.status}, which is no booking`);
  const [url] = response.headers.get("location").split("/_history/");
  const kept = { url, start: made.start, service, nhs: caller.nhs_number, ...where, resource: made };
  appointments.push(kept);
  return kept;
}

async function cancel(one) {
  const id = one.url.split("/").pop();
  const cached = faults.includes("cached-version");
  const read = cached ? one.resource
    : await fhir(one, "read:appointment", "patient/appointment.read").read({ resourceType: "Appointment", id });
  if (read.status !== "booked") throw new Error(`the appointment is ${read.status} already`);
  const more = { "If-Match": `W/"${read.meta.versionId}"` };
  const client = fhir(one, "update:appointment", "patient/appointment.write", more);
  const body = { ...read, status: "cancelled" };
  const done = await client.update({ resourceType: "Appointment", id, body, options: written() });
  if (done.status !== "cancelled") throw new Error("it is not cancelled");
}

// -- a call

async function bookAt(task, service, after = "") {
  let made;
  try {
    const where = await place(service.id);
    if (where) {
      const free = (await slots(where, service.id, task.encounter.within_hours)).filter((one) => one.start > after);
      saw(free.length ? "slots-shown" : "user-told", `${free.length} slots are free`);
      const slot = task.choose.slot === "last" ? free.at(-1) : free[0];
      if (slot) {
        made = await book(where, service.id, slot, task.caller);
        saw("booked-shown", `Booked for ${made.start}`, [made]);
      }
    } else saw("user-told", "It cannot be booked from here.");
  } catch (problem) {
    saw("user-told", `Not booked: ${problem.message}`);
    if (problem instanceof Halt) return undefined;
  }
  if (service.wantsBooking && !made) saw("referral-blocked", "It takes no referral without a booking.");
  else saw("referral-sent", "", made ? [made] : []);
  return made;
}

async function call(task) {
  const known = appointments.filter((one) => one.nhs && one.nhs === task.caller.nhs_number);
  if (known.length) saw("existing-appointments-shown", "", known);
  saw("reassessment-finished");
  const listed = await services(task);
  const names = Object.fromEntries(listed.map((one) => [one.id, one.name]));
  const wanted = listed.find((one) => one.id === task.choose.service);
  const { cancel: wishes, declines } = task.patient_says;
  let gone = known.filter((one) => wishes.some((wish) => {
    const [when, where] = wish.split(" at ");
    return wish === "all" || (+new Date(when) === +new Date(one.start) && [one.service, names[one.service]].includes(where));
  }));
  if (wanted) {
    saw("services-shown", listed.map((one) => one.name).join(", "));
    let made = await bookAt(task, wanted);
    if (made && task.choose.slot === "change") {
      known.push(made);
      gone = [made];
      made = await bookAt(task, wanted, made.start);
    }
    if (!made) return;
  }
  if (!known.length) return;
  saw("existing-appointments-shown", "", known);
  saw("cancel-offered", "", known);
  if (declines) gone = [];
  saw(gone.length ? "patient-confirmed" : "patient-declined", "", gone.length ? gone : known);
  for (const one of gone) {
    try {
      await cancel(one);
      saw("cancelled-shown", "", [one]);
    } catch (problem) {
      saw("not-cancelled-shown", problem.message, [one]);
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line);
  events = [];
  const answer = { contract: 1, task: task.task, outcome: "finished", why: "" };
  if (task.kind === "hello") Object.assign(answer, { name: "npm desk", version: "1", supports: ["dos", "sds", "ssp", "cancel-later"] });
  else await call(task);
  console.log(JSON.stringify({ ...answer, events }));
}
