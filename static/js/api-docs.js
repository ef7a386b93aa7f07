// Show our OpenAPI schema in Swagger UI: our own files only, and no validator elsewhere.
const main = document.querySelector("#api");

window.SwaggerUIBundle({
  domNode: main,
  url: main.dataset.schema,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  tryItOutEnabled: true,
});
