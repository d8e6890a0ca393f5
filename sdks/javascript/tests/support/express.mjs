/**
 * Stands in for Express in the recipe's test, over a real HTTP server: `express()`, `express.json()`, `app.use`, `app.post`, `app.listen`,
 * `request.get`, `response.sendStatus`, and no more.
 */
import { createServer } from "node:http";

export default function express() {
  const steps = [];
  return {
    use: (step) => steps.push(step),
    post: (path, handle) =>
      steps.push((request, response, next) =>
        request.method === "POST" && request.url === path ? handle(request, response) : next(),
      ),
    listen: (port) => createServer((request, response) => run(steps, request, response)).listen(port, "127.0.0.1"),
  };
}

express.json = () => async (request, _response, next) => {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  request.body = JSON.parse(text);
  next();
};

function run([step, ...rest], request, response) {
  request.get = (name) => request.headers[name.toLowerCase()];
  response.sendStatus = (status) => response.writeHead(status).end();
  if (step) step(request, response, () => run(rest, request, response));
  else response.sendStatus(404);
}
