"use strict";
// A browser that is signed in by its cookie sends the session's token with what may change something.
let csrf;
async function withToken(request) {
  if (request.method === "GET" || request.headers.Authorization) return request;
  if (csrf === undefined) csrf = (await (await fetch("/api/v1/me")).json()).csrf ?? "";
  if (csrf) request.headers["X-CSRF-Token"] = csrf;
  return request;
}

// Nothing is asked of other servers: no validator, no fonts.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  requestInterceptor: withToken,
  tryItOutEnabled: true,
  validatorUrl: null,
});
