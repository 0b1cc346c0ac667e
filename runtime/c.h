/* c.h -- the embedding API for programs that call C.
 *
 *   portcullis_store* store = portcullis_store_open(path, &error);
 *   portcullis_worker* worker = portcullis_worker_new(store, &error);
 *   portcullis_request* request = portcullis_request_new(&error);
 *   if (portcullis_worker_pin(worker, &error)) {
 *     portcullis_request_set_principal(request, PORTCULLIS_ARN, principal);
 *     ...
 *     decision = portcullis_decide(worker, request);
 *     portcullis_worker_unpin(worker);
 *   }
 *
 * It wraps the C++ API of docs/embedding.md and decides nothing itself: what a
 * decision, a store, a pin and a watcher are stands in runtime/decide.h,
 * request.h, policy_store.h and image_watcher.h. tests/install_test.sh builds
 * and runs a program in C with it.
 *
 * Errors. A function that can fail has a portcullis_error as its last
 * parameter, which may be null; it returns null or false then, and has done
 * nothing. No exception leaves a function.
 * Fails closed. A request that ran out of memory while it was filled, and one
 * that is asked without a pin, is denied.
 * Lifetime. Every object ends with its own _free function, which takes null
 * too. Texts are borrowed, as the functions that take them say.
 * Threads. A store is thread-safe. A worker, a request and a session are used
 * by one thread at a time.
 */
#ifndef PORTCULLIS_RUNTIME_C_H_
#define PORTCULLIS_RUNTIME_C_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PORTCULLIS_API __attribute__((visibility("default")))
#else
#define PORTCULLIS_API
#endif

#if defined(__cplusplus)
extern "C" {
#endif

/* `size` bytes, not NUL-terminated. */
typedef struct portcullis_text {
  const char* data;
  size_t size;
} portcullis_text;

/* Of a NUL-terminated text that lives on. */
PORTCULLIS_API portcullis_text portcullis_text_of(const char* text);

typedef struct portcullis_error {
  uint32_t code;     /* runtime/image_view.h's ImageErrorCode; or below */
  char message[508]; /* NUL-terminated, cut off when it is longer */
} portcullis_error;
#define PORTCULLIS_ERROR_MEMORY 100u /* out of memory */
#define PORTCULLIS_ERROR_SYSTEM 101u /* the system refused something */

/* ---- decisions (runtime/decision.h) -------------------------------------- */

/* portcullis_decision.verdict; cleared memory denies */
enum {
  PORTCULLIS_IMPLICIT_DENY = 0,
  PORTCULLIS_EXPLICIT_DENY = 1,
  PORTCULLIS_ALLOWED = 2
};

/* portcullis_decision.decided_by */
enum {
  PORTCULLIS_LAYER_NONE = 0,
  PORTCULLIS_LAYER_RCP,
  PORTCULLIS_LAYER_SCP,
  PORTCULLIS_LAYER_ENDPOINT,
  PORTCULLIS_LAYER_RESOURCE,
  PORTCULLIS_LAYER_IDENTITY,
  PORTCULLIS_LAYER_BOUNDARY,
  PORTCULLIS_LAYER_SESSION,
  PORTCULLIS_LAYER_ROOT,
  PORTCULLIS_LAYER_ALWAYS
};

/* portcullis_decision.refusal: why there is no decision; it is a deny */
enum {
  PORTCULLIS_REFUSED_NOT = 0,
  PORTCULLIS_REFUSED_ACTION,
  PORTCULLIS_REFUSED_PRINCIPAL,
  PORTCULLIS_REFUSED_RESOURCE,
  PORTCULLIS_REFUSED_RESOURCE_ACCOUNT,
  PORTCULLIS_REFUSED_TOO_MANY_KEYS,
  PORTCULLIS_REFUSED_DUPLICATE_KEY,
  PORTCULLIS_REFUSED_DERIVED_KEY,
  PORTCULLIS_REFUSED_EXPIRED,
  PORTCULLIS_REFUSED_SESSION_POLICY,
  PORTCULLIS_REFUSED_ENDPOINT,
  PORTCULLIS_REFUSED_SESSION_IMAGE,
  /* Of this header alone: */
  PORTCULLIS_REFUSED_MEMORY = 100, /* when the request was filled */
  PORTCULLIS_REFUSED_NO_PIN = 101
};

#define PORTCULLIS_NO_STATEMENT 0xFFFFFFFFu

typedef struct portcullis_decision {
  uint32_t statement; /* for portcullis_label(); or PORTCULLIS_NO_STATEMENT */
  uint8_t decided_by;
  uint8_t verdict;
  uint8_t refusal;
  uint8_t in_session; /* 1: `statement` is of the session's image */
} portcullis_decision;

/* "allowed", "explicitDeny", "implicitDeny"; "identity", "boundary", ... */
PORTCULLIS_API const char* portcullis_verdict_name(uint8_t verdict);
PORTCULLIS_API const char* portcullis_layer_name(uint8_t layer);

/* ---- the policies that a process serves (runtime/policy_store.h) ----------
 */

typedef struct portcullis_store portcullis_store;

/* Loads and proves the image at `path`. Cost. Linear in the file. */
PORTCULLIS_API portcullis_store* portcullis_store_open(const char* path,
                                                       portcullis_error* error);
/* The same, and makes it current; on an error the store is as it was. */
PORTCULLIS_API bool portcullis_store_publish(portcullis_store* store,
                                             const char* path,
                                             portcullis_error* error);
/* Frees replaced images that no worker needs any more. Result. How many are
 * left. */
PORTCULLIS_API size_t portcullis_store_collect(portcullis_store* store);

typedef struct portcullis_counters {
  uint64_t generation; /* of the current image; the first is 1 */
  uint64_t digest;     /* of the current image */
  size_t retired_images;
  size_t retired_bytes;
  size_t readers;
} portcullis_counters;
PORTCULLIS_API portcullis_counters
portcullis_store_counters(const portcullis_store* store);

/* Requires. Its workers and watchers have ended. */
PORTCULLIS_API void portcullis_store_free(portcullis_store* store);

/* ---- reloading (runtime/image_watcher.h) ----------------------------------
 */

typedef struct portcullis_watcher portcullis_watcher;

typedef struct portcullis_reload {
  bool published;
  uint64_t generation;    /* when published */
  uint64_t digest;        /* when published */
  portcullis_error error; /* when not */
} portcullis_reload;

/* Publishes what is renamed to `path`; `on_reload` may be null, and is called
 * by the thread that polls. A change that the kernel does not report is found
 * within `recheck_ms` milliseconds, 1000 if that is 0. */
PORTCULLIS_API portcullis_watcher* portcullis_watcher_new(
    portcullis_store* store, const char* path, uint32_t recheck_ms,
    void (*on_reload)(void* argument, const portcullis_reload* reload),
    void* argument, portcullis_error* error);
/* Waits for a change, at most `timeout_ms` milliseconds, and loads it. */
PORTCULLIS_API bool portcullis_watcher_poll(portcullis_watcher* watcher,
                                            uint32_t timeout_ms,
                                            portcullis_error* error);
/* Polls until portcullis_watcher_stop(), which any thread and a signal handler
 * may call. False when memory ran out: it may be run again. */
PORTCULLIS_API bool portcullis_watcher_run(portcullis_watcher* watcher,
                                           portcullis_error* error);
PORTCULLIS_API void portcullis_watcher_stop(portcullis_watcher* watcher);
PORTCULLIS_API void portcullis_watcher_free(portcullis_watcher* watcher);

/* ---- session policies ------------------------------------------------------
 */

/* The inline policies of a session, compiled to an image of their own. */
typedef struct portcullis_image portcullis_image;

/* Copies and proves `size` bytes. Threads. An image may be asked by any number
 * of threads. */
PORTCULLIS_API portcullis_image* portcullis_image_open(const void* bytes,
                                                       size_t size,
                                                       portcullis_error* error);
PORTCULLIS_API void portcullis_image_free(portcullis_image* image);

/* ---- sessions (runtime/request.h) ------------------------------------------
 */

/* Temporary credentials. Lifetime. All texts, and the image, live and stay as
 * they are for as long as requests with the session are asked. Times are
 * nanoseconds since 1970-01-01T00:00:00Z. */
typedef struct portcullis_session portcullis_session;

PORTCULLIS_API portcullis_session* portcullis_session_new(
    portcullis_error* error);
PORTCULLIS_API void portcullis_session_free(portcullis_session* session);
/* As it was when it was new. */
PORTCULLIS_API void portcullis_session_clear(portcullis_session* session);
/* `image` null: no inline policies. */
PORTCULLIS_API void portcullis_session_set_policies(
    portcullis_session* session, const portcullis_image* image);
PORTCULLIS_API void portcullis_session_add_policy_arn(
    portcullis_session* session, portcullis_text arn);
PORTCULLIS_API void portcullis_session_add_tag(portcullis_session* session,
                                               portcullis_text key,
                                               portcullis_text value);
/* Of a tag that goes on to sessions made with this one (S-132). */
PORTCULLIS_API void portcullis_session_add_transitive_key(
    portcullis_session* session, portcullis_text key);
PORTCULLIS_API void portcullis_session_set_source_identity(
    portcullis_session* session, portcullis_text name);
PORTCULLIS_API void portcullis_session_set_federated_provider(
    portcullis_session* session, portcullis_text provider);
PORTCULLIS_API void portcullis_session_set_parent(portcullis_session* session,
                                                  portcullis_text user_arn);
PORTCULLIS_API void portcullis_session_set_issued_at(
    portcullis_session* session, int64_t time);
PORTCULLIS_API void portcullis_session_set_expires_at(
    portcullis_session* session, int64_t time);
/* That MFA was used; when the code was given, if that is known. */
PORTCULLIS_API void portcullis_session_set_mfa(portcullis_session* session);
PORTCULLIS_API void portcullis_session_set_mfa_at(portcullis_session* session,
                                                  int64_t time);
PORTCULLIS_API void portcullis_session_set_assumed_root(
    portcullis_session* session);

/* ---- requests (runtime/request.h) ------------------------------------------
 */

/* How a request names its principal. */
typedef enum portcullis_principal_form {
  PORTCULLIS_ARN = 0,       /* user, role, session, federated user or root */
  PORTCULLIS_SERVICE = 1,   /* s3.amazonaws.com */
  PORTCULLIS_FEDERATED = 2, /* an identity provider's caller */
  PORTCULLIS_ANONYMOUS = 3  /* an unsigned caller */
} portcullis_principal_form;

/* No handle. */
#define PORTCULLIS_NO_HANDLE 0xFFFFFFFFu

/* One question, to be filled and asked any number of times. Lifetime. All
 * texts, and the session, live and stay as they are for as long as it is asked;
 * the arrays of portcullis_text that it is given are copied. It keeps its own
 * memory when it is cleared, so that one that was filled before allocates no
 * more. */
typedef struct portcullis_request portcullis_request;

PORTCULLIS_API portcullis_request* portcullis_request_new(
    portcullis_error* error);
PORTCULLIS_API void portcullis_request_free(portcullis_request* request);
/* As it was when it was new. */
PORTCULLIS_API void portcullis_request_clear(portcullis_request* request);
PORTCULLIS_API void portcullis_request_set_principal(
    portcullis_request* request, portcullis_principal_form form,
    portcullis_text name);
PORTCULLIS_API void portcullis_request_set_action(portcullis_request* request,
                                                  portcullis_text name);
PORTCULLIS_API void portcullis_request_set_resource(portcullis_request* request,
                                                    portcullis_text arn);
PORTCULLIS_API void portcullis_request_set_resource_account(
    portcullis_request* request, portcullis_text account);
PORTCULLIS_API void portcullis_request_set_endpoint(portcullis_request* request,
                                                    portcullis_text id);
/* A single-valued context key. */
PORTCULLIS_API void portcullis_request_add_key(portcullis_request* request,
                                               portcullis_text key,
                                               portcullis_text value);
/* A multi-valued one, with one value or none too. */
PORTCULLIS_API void portcullis_request_add_list(portcullis_request* request,
                                                portcullis_text key,
                                                const portcullis_text* values,
                                                size_t count);
PORTCULLIS_API void portcullis_request_set_session(
    portcullis_request* request, const portcullis_session* session);
/* False: the context is complete as it stands (S-174). Not for gateways. */
PORTCULLIS_API void portcullis_request_set_derive(portcullis_request* request,
                                                  bool derive);
/* The clock, in nanoseconds since 1970-01-01T00:00:00Z; else it is read when a
 * policy asks for it. */
PORTCULLIS_API void portcullis_request_set_now(portcullis_request* request,
                                               int64_t time);
/* Hints (runtime/handle.h): wrong ones cost time and change no decision. */
PORTCULLIS_API void portcullis_request_set_handles(portcullis_request* request,
                                                   uint32_t principal,
                                                   uint32_t action);
/* Of the key that was added last. */
PORTCULLIS_API void portcullis_request_set_key_handle(
    portcullis_request* request, uint32_t key);

/* ---- deciding (runtime/decide.h) -------------------------------------------
 */

/* One thread's way to the policies, and its work space: make it when the thread
 * begins, and keep it. */
typedef struct portcullis_worker portcullis_worker;

PORTCULLIS_API portcullis_worker* portcullis_worker_new(
    portcullis_store* store, portcullis_error* error);
/* Requires. No pin. */
PORTCULLIS_API void portcullis_worker_free(portcullis_worker* worker);

/* Keeps the current image for the decisions that follow; once a batch. Makes
 * the work space anew when the image is larger than those before: the one thing
 * that allocates and can fail; nothing is pinned then. Requires. No pin. */
PORTCULLIS_API bool portcullis_worker_pin(portcullis_worker* worker,
                                          portcullis_error* error);
PORTCULLIS_API void portcullis_worker_unpin(portcullis_worker* worker);
/* Of the pinned image; 0 without a pin. */
PORTCULLIS_API uint64_t
portcullis_worker_generation(const portcullis_worker* worker);
PORTCULLIS_API uint64_t
portcullis_worker_digest(const portcullis_worker* worker);

/* No lock, no heap allocation, no system call. */
PORTCULLIS_API portcullis_decision
portcullis_decide(portcullis_worker* worker, const portcullis_request* request);
/* Many, through each step of a decision together: worth it when the image is
 * larger than the cache. decisions[i] is that of requests[i]. */
PORTCULLIS_API void portcullis_decide_many(
    portcullis_worker* worker, const portcullis_request* const* requests,
    portcullis_decision* decisions, size_t count);

/* Handles of the pinned image; PORTCULLIS_NO_HANDLE when it does not hold the
 * name. */
PORTCULLIS_API uint32_t
portcullis_find_principal(const portcullis_worker* worker, portcullis_text arn);
PORTCULLIS_API uint32_t portcullis_find_action(const portcullis_worker* worker,
                                               portcullis_text name);
/* Cost. Linear in the image's keys. */
PORTCULLIS_API uint32_t portcullis_find_key(const portcullis_worker* worker,
                                            portcullis_text name);

/* ---- reasons (runtime/explain.h) -------------------------------------------
 */

/* The first part of a statement that does not match. */
enum {
  PORTCULLIS_MATCHES = 0,
  PORTCULLIS_MISMATCH_ACTION,
  PORTCULLIS_MISMATCH_RESOURCE,
  PORTCULLIS_MISMATCH_PRINCIPAL,
  PORTCULLIS_MISMATCH_CONDITION
};

/* A statement that was considered. Lifetime. Until the callback returns. */
typedef struct portcullis_report {
  portcullis_text label; /* Policy#Sid or Policy#N */
  portcullis_text node;  /* of an SCP or RCP: the organisation's node */
  uint8_t layer;
  uint8_t mismatch;
  bool deny;       /* its effect */
  bool in_session; /* of the session's image */
} portcullis_report;

/* The decision anew, statement by statement: `each` is called for every
 * statement of every layer that takes part, in report order; for none when the
 * request is refused. Off the hot path. Errors. Out of memory. */
PORTCULLIS_API bool portcullis_explain(
    portcullis_worker* worker, const portcullis_request* request,
    void (*each)(void* argument, const portcullis_report* report),
    void* argument, portcullis_error* error);

/* Writes the label of the statement that `decision` names, cut off and
 * NUL-terminated, to `size` bytes. Result. The bytes of the whole label without
 * the NUL; 0 when there is none, or no pin. Requires. `decision` is of
 * `request` on the pinned image. */
PORTCULLIS_API size_t portcullis_label(const portcullis_worker* worker,
                                       const portcullis_request* request,
                                       portcullis_decision decision,
                                       char* buffer, size_t size);

#if defined(__cplusplus)
} /* extern "C" */
#endif

#endif /* PORTCULLIS_RUNTIME_C_H_ */
