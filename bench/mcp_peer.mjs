// The same trivial tool in the TypeScript SDK's server, for mcp_bench.py: over standard input and output, or over HTTP on a
// port. `test_simple_text` returns what the conformance server's does.
import http from "node:http";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

function make() {
  const server = new McpServer({ name: "peer", version: "1" });
  for (const name of ["test_simple_text", "search", "ask", "read_document", "list_documents", "verify", "a", "b", "c", "d"]) {
    server.registerTool(name, { description: "A tool", inputSchema: z.object({}) },
      async () => ({ content: [{ type: "text", text: "This is a simple text response for testing." }] }));
  }
  return server;
}

const port = process.argv[2];
if (port === undefined) {
  serveStdio(make);
} else {
  const handler = createMcpHandler(make);
  http.createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", async () => {
      const answer = await handler.fetch(new Request(`http://127.0.0.1:${port}${request.url}`,
        { method: request.method, headers: request.headers, body }));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(await answer.text());
    });
  }).listen(Number(port), "127.0.0.1");
}
