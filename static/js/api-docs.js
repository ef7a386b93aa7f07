// Show our OpenAPI schema in Swagger UI: our own files only, and no validator elsewhere.
const place = document.querySelector("#api");

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  tryItOutEnabled: true,
});
