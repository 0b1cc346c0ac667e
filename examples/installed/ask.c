/* ask_c IMAGE PRINCIPAL ACTION RESOURCE [KEY=VALUE]...: one decision, and what
 * every statement that was considered says to it. */
#include <stdio.h>
#include <string.h>

#include "runtime/c.h"

static void print_report(void* argument, const portcullis_report* report) {
  static const char* const mismatches[] = {"matches", "action", "resource",
                                           "principal", "condition"};
  (void)argument;
  printf("  %s: %s %.*s: %s\n", portcullis_layer_name(report->layer),
         report->deny ? "Deny" : "Allow", (int)report->label.size,
         report->label.data, mismatches[report->mismatch]);
}

/* The request of the arguments. */
static void fill(portcullis_request* request, int count, char** arguments) {
  int i;
  portcullis_request_set_principal(request, PORTCULLIS_ARN,
                                   portcullis_text_of(arguments[0]));
  portcullis_request_set_action(request, portcullis_text_of(arguments[1]));
  portcullis_request_set_resource(request, portcullis_text_of(arguments[2]));
  for (i = 3; i < count; ++i) {
    const char* const equals = strchr(arguments[i], '=');
    portcullis_text key = portcullis_text_of(arguments[i]);
    if (equals == NULL) continue;
    key.size = (size_t)(equals - arguments[i]);
    portcullis_request_add_key(request, key, portcullis_text_of(equals + 1));
  }
}

static void ask(portcullis_worker* worker, const portcullis_request* request) {
  const portcullis_decision decision = portcullis_decide(worker, request);
  char label[200];
  portcullis_label(worker, request, decision, label, sizeof(label));
  if (decision.refusal != PORTCULLIS_REFUSED_NOT) {
    printf("refused: %u\n", (unsigned)decision.refusal);
    return;
  }
  printf("%s by %s %s\n", portcullis_verdict_name(decision.verdict),
         portcullis_layer_name(decision.decided_by), label);
  portcullis_explain(worker, request, print_report, NULL, NULL);
}

int main(int argc, char** argv) {
  portcullis_error error = {0, ""};
  portcullis_store* store = NULL;
  portcullis_worker* worker = NULL;
  portcullis_request* request = NULL;
  bool good = false;
  if (argc < 5) {
    fputs("usage: ask_c IMAGE PRINCIPAL ACTION RESOURCE [KEY=VALUE]...\n",
          stderr);
    return 2;
  }
  if ((store = portcullis_store_open(argv[1], &error)) != NULL &&
      (worker = portcullis_worker_new(store, &error)) != NULL &&
      (request = portcullis_request_new(&error)) != NULL &&
      portcullis_worker_pin(worker, &error)) {
    fill(request, argc - 2, argv + 2);
    ask(worker, request);
    portcullis_worker_unpin(worker);
    good = true;
  } else {
    fprintf(stderr, "error: %s\n", error.message);
  }
  portcullis_request_free(request);
  portcullis_worker_free(worker);
  portcullis_store_free(store);
  return good ? 0 : 2;
}
