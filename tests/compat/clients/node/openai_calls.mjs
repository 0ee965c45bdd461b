// The calls of npm's `openai`, as its users write them; prints what came of them as JSON.
import OpenAI from "openai";

const { PARLEY, KEY } = process.env;
const client = new OpenAI({ baseURL: `${PARLEY}/v1`, apiKey: KEY, maxRetries: 0 });
const stranger = new OpenAI({ baseURL: `${PARLEY}/v1`, apiKey: "sk-nobody", maxRetries: 0 });
const [ABUSE, PRAISE] = ["Shut up, you stupid idiot.", "Thank you for the careful report."];

const fault = (call) =>
  call.then(
    () => "nothing was thrown",
    (error) => ({ class: error.constructor.name, status: error.status, code: error.code, param: error.param }),
  );

const one = await client.moderations.create({ input: ABUSE });
const many = await client.moderations.create({ input: [ABUSE, PRAISE], model: "omni-moderation-latest" });
const parts = await client.moderations.create({
  model: "omni-moderation-latest",
  input: [
    { type: "text", text: ABUSE },
    { type: "image_url", image_url: { url: "https://example.org/a.png" } },
  ],
});
const { response } = await client.moderations.create({ input: PRAISE }).withResponse();

console.log(
  JSON.stringify({
    request_id: one._request_id,
    categories: one.results[0].categories,
    many: many.results.map((result) => result.flagged),
    parts: parts.results.map((result) => result.flagged),
    version: response.headers.get("openai-version"),
    wrong_key: await fault(stranger.moderations.create({ input: ABUSE })),
    wrong_input: await fault(client.moderations.create({ input: [] })),
  }),
);
