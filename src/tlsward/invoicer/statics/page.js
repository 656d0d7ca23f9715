"use strict";

// Without this file the forms do the same, with a page load. Text from anywhere is set as
// textContent; the policy of the page forbids whatever would read it as HTML.

async function deleteInvoice(form) {
  const id = form.dataset.invoice;
  const answer = await fetch(`/invoice/${encodeURIComponent(id)}`, {
    method: "DELETE",
    headers: { "X-CSRF-Token": form.elements.csrf_token.value },
  });
  if (!answer.ok) {
    const problem = await answer.json();
    throw new Error(problem.detail);
  }
  form.closest("tr").remove();
  return `Invoice ${id} is deleted.`;
}

for (const form of document.querySelectorAll("form.delete")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const message = document.getElementById("message");
    try {
      message.textContent = await deleteInvoice(form);
    } catch (error) {
      message.textContent = error.message;
    }
  });
}
