// Perspective by npm's `googleapis`, as its own guide shows it; prints what came of the calls as JSON.
import { google } from "googleapis";

const { PARLEY, KEY } = process.env;
const TEXT = "🙃 Shut up, you stupid idiot. Have a nice day.";
const client = await google.discoverAPI(`${PARLEY}/$discovery/rest?version=v1alpha1`);

const analyze = (resource, key = KEY) =>
  client.comments.analyze({
    key,
    resource: { comment: { text: TEXT }, requestedAttributes: { TOXICITY: {} }, ...resource },
  });
const fault = (call) =>
  call.then(
    () => "nothing was thrown",
    (error) => ({ status: error.status ?? error.response?.status, message: error.message }),
  );

const spans = (await analyze({ spanAnnotations: true })).data.attributeScores.TOXICITY.spanScores;
const suggested = await client.comments.suggestscore({
  key: KEY,
  resource: {
    comment: { text: TEXT },
    attributeScores: { TOXICITY: { summaryScore: { value: 1 } } },
    clientToken: "t-1",
  },
});

console.log(
  JSON.stringify({
    plain: (await analyze({ languages: ["en"], doNotStore: true })).data,
    sentences: spans.map(({ begin, end }) => TEXT.slice(begin, end)), // JavaScript counts as the spans do
    suggested: suggested.data,
    empty: await fault(analyze({ comment: { text: "" } })),
    language: await fault(analyze({ languages: ["it"] })),
    wrong_key: await fault(analyze({}, "nobody")),
  }),
);
