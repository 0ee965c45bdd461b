// The calls of `@cedx/akismet` and `akismet-api`, as their users write them; prints what came of them as JSON.
// `akismet-api` puts the key before the host; the name server here knows every name as this machine.
import dns from "node:dns";

import { Author, Blog, Client, Comment } from "@cedx/akismet";
import akismetApi from "akismet-api";

const { PARLEY, KEY } = process.env;
const BLOG = "https://blog.example";
const here = { address: "127.0.0.1", family: 4 };
dns.lookup = (_name, options, done) => (options.all ? done(null, [here]) : done(null, here.address, here.family));
const fault = (call) => call.then(() => "nothing was thrown", (error) => error.message);

const blog = new Blog({ charset: "UTF-8", languages: ["en"], url: BLOG });
const cedx = new Client(KEY, blog, { baseUrl: PARLEY });
const cedxStranger = new Client("abcdefabcdef", blog, { baseUrl: PARLEY });
const author = new Author({ ipAddress: "203.0.113.7", name: "Nare", email: "nare@example.org", userAgent: "Mozilla/5.0" });
const praise = new Comment({
  author,
  content: "Thank you for the careful report.",
  context: ["war", "peace"],
  date: new Date("2026-11-22T14:05:00Z"),
  permalink: `${BLOG}/cedx`,
  type: "comment",
});
const spam = new Comment({ author: new Author({ ipAddress: "203.0.113.7", name: "akismet-guaranteed-spam" }), content: "x" });

const place = { blog: BLOG, protocol: "http", host: `rest.akismet.com:${new URL(PARLEY).port}` };
const api = new akismetApi.AkismetClient({ ...place, key: KEY });
const apiStranger = new akismetApi.AkismetClient({ ...place, key: "abcdefabcdef" });
const said = { ip: "203.0.113.7", useragent: "Mozilla/5.0", name: "Nare", content: "A careful report.", type: "comment" };

console.log(
  JSON.stringify({
    cedx: {
      verified: [await cedx.verifyKey(), await cedxStranger.verifyKey()],
      checked: [await cedx.checkComment(praise), await cedx.checkComment(spam)],
      submitted: [await cedx.submitHam(praise), await cedx.submitSpam(praise)].length,
      stranger: await fault(cedxStranger.checkComment(praise)),
    },
    api: {
      verified: [await api.verifyKey(), await apiStranger.verifyKey()],
      stranger: await fault(apiStranger.checkSpam(said)),
      checked: [await api.checkSpam(said), await api.checkSpam({ ...said, honeypot: "555" })],
      submitted: [await api.submitSpam(said), await api.submitHam(said)].map((answer) => answer.text),
    },
  }),
);
