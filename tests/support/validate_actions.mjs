// Validates action.yml and workflow files with GitHub's own language service.
// usage (bundled): node validate_actions.cjs ROOT FILE...
// The action at ROOT is known as "./" and under any repository's name, so that wrong inputs show.
// Prints "FILE:LINE:COLUMN: message" for each finding; exits with 1 if there is any.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { validate } from "@actions/languageservice/validate";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parse } from "yaml";

const [root, ...files] = process.argv.slice(2);
const ours = parse(readFileSync(resolve(root, "action.yml"), "utf8"));

// Actions of others by the inputs we may use.
const inputs = (...names) => ({ inputs: Object.fromEntries(names.map((name) => [name, {}])) });
const known = {
  buildcache: ours,
  checkout: inputs("ref", "token", "path", "fetch-depth", "fetch-tags", "persist-credentials"),
  "github-script": inputs("script", "github-token"),
};
const actionsMetadataProvider = { fetchActionMetadata: async (action) => known[action.name] };

// The service asks for actions of repositories only: a local one is given a repository's name.
const text_of = (file) =>
  readFileSync(file, "utf8").replace(/(uses: )\.\/\s*$/gm, "$1acme/buildcache@main");

async function main() {
  for (const file of files) {
    const url = pathToFileURL(resolve(file)).href;
    const document = TextDocument.create(url, "yaml", 1, text_of(file));
    for (const { range, message } of await validate(document, { actionsMetadataProvider })) {
      console.log(`${file}:${range.start.line + 1}:${range.start.character + 1}: ${message}`);
      process.exitCode = 1;
    }
  }
}

main();
