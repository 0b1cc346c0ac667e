#include "runtime/c.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/decide.h"
#include "runtime/explain.h"
#include "runtime/image_file.h"
#include "runtime/image_watcher.h"
#include "runtime/policy_store.h"

using portcullis::ContextEntry;
using portcullis::Decision;
using portcullis::Explanation;
using portcullis::ImageError;
using portcullis::ImageErrorCode;
using portcullis::ImageFile;
using portcullis::ImageView;
using portcullis::ImageWatcher;
using portcullis::kMaxBatch;
using portcullis::kNoStatement;
using portcullis::Layer;
using portcullis::LayerReport;
using portcullis::LevelReport;
using portcullis::Mismatch;
using portcullis::PolicyStore;
using portcullis::PrincipalForm;
using portcullis::Refusal;
using portcullis::Request;
using portcullis::Scratch;
using portcullis::SessionInfo;
using portcullis::SessionTag;
using portcullis::StatementReport;
using portcullis::Verdict;

// ---- the numbers of both headers are the same -------------------------------

namespace {

template <typename Enum>
constexpr bool Is(int number, Enum value) {
  return number == static_cast<int>(value);
}
static_assert(Is(PORTCULLIS_IMPLICIT_DENY, Verdict::kImplicitDeny));
static_assert(Is(PORTCULLIS_EXPLICIT_DENY, Verdict::kExplicitDeny));
static_assert(Is(PORTCULLIS_ALLOWED, Verdict::kAllowed));
static_assert(Is(PORTCULLIS_LAYER_NONE, Layer::kNone));
static_assert(Is(PORTCULLIS_LAYER_RCP, Layer::kRcp));
static_assert(Is(PORTCULLIS_LAYER_SCP, Layer::kScp));
static_assert(Is(PORTCULLIS_LAYER_ENDPOINT, Layer::kEndpoint));
static_assert(Is(PORTCULLIS_LAYER_RESOURCE, Layer::kResource));
static_assert(Is(PORTCULLIS_LAYER_IDENTITY, Layer::kIdentity));
static_assert(Is(PORTCULLIS_LAYER_BOUNDARY, Layer::kBoundary));
static_assert(Is(PORTCULLIS_LAYER_SESSION, Layer::kSession));
static_assert(Is(PORTCULLIS_LAYER_ROOT, Layer::kRoot));
static_assert(Is(PORTCULLIS_LAYER_ALWAYS, Layer::kAlways));
static_assert(Is(PORTCULLIS_REFUSED_NOT, Refusal::kNone));
static_assert(Is(PORTCULLIS_REFUSED_ACTION, Refusal::kAction));
static_assert(Is(PORTCULLIS_REFUSED_PRINCIPAL, Refusal::kPrincipal));
static_assert(Is(PORTCULLIS_REFUSED_RESOURCE, Refusal::kResource));
static_assert(Is(PORTCULLIS_REFUSED_RESOURCE_ACCOUNT,
                 Refusal::kResourceAccount));
static_assert(Is(PORTCULLIS_REFUSED_TOO_MANY_KEYS, Refusal::kTooManyKeys));
static_assert(Is(PORTCULLIS_REFUSED_DUPLICATE_KEY, Refusal::kDuplicateKey));
static_assert(Is(PORTCULLIS_REFUSED_DERIVED_KEY, Refusal::kDerivedKey));
static_assert(Is(PORTCULLIS_REFUSED_EXPIRED, Refusal::kExpired));
static_assert(Is(PORTCULLIS_REFUSED_SESSION_POLICY, Refusal::kSessionPolicy));
static_assert(Is(PORTCULLIS_REFUSED_ENDPOINT, Refusal::kEndpoint));
static_assert(Is(PORTCULLIS_REFUSED_SESSION_IMAGE, Refusal::kSessionImage));
static_assert(Is(PORTCULLIS_ARN, PrincipalForm::kArn));
static_assert(Is(PORTCULLIS_SERVICE, PrincipalForm::kService));
static_assert(Is(PORTCULLIS_FEDERATED, PrincipalForm::kFederated));
static_assert(Is(PORTCULLIS_ANONYMOUS, PrincipalForm::kAnonymous));
static_assert(Is(PORTCULLIS_MATCHES, Mismatch::kNone));
static_assert(Is(PORTCULLIS_MISMATCH_ACTION, Mismatch::kAction));
static_assert(Is(PORTCULLIS_MISMATCH_RESOURCE, Mismatch::kResource));
static_assert(Is(PORTCULLIS_MISMATCH_PRINCIPAL, Mismatch::kPrincipal));
static_assert(Is(PORTCULLIS_MISMATCH_CONDITION, Mismatch::kCondition));
static_assert(PORTCULLIS_NO_STATEMENT == kNoStatement);
static_assert(portcullis::PrincipalHandle{PORTCULLIS_NO_HANDLE} ==
              portcullis::PrincipalHandle::kNone);

// ---- texts and errors -------------------------------------------------------

std::string_view ViewOf(portcullis_text text) {
  return text.size == 0 ? std::string_view()
                        : std::string_view(text.data, text.size);
}
portcullis_text TextOf(std::string_view text) {
  return {text.data(), text.size()};
}

void Report(portcullis_error* error, uint32_t code, const char* message) {
  if (error == nullptr) return;
  error->code = code;
  std::snprintf(error->message, sizeof(error->message), "%s", message);
}
void Report(portcullis_error* error, const ImageError& from) {
  Report(error, static_cast<uint32_t>(from.code), from.message.c_str());
}

// What `make` returns; when it throws, nothing, with the error.
template <typename Make>
auto Try(portcullis_error* error, Make make) noexcept -> decltype(make()) {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    Report(error, PORTCULLIS_ERROR_MEMORY, "out of memory");
  } catch (const std::exception& exception) {
    Report(error, PORTCULLIS_ERROR_SYSTEM, exception.what());
  }
  return {};
}

portcullis_decision Refuse(uint8_t refusal) {
  return {PORTCULLIS_NO_STATEMENT, PORTCULLIS_LAYER_NONE,
          PORTCULLIS_IMPLICIT_DENY, refusal, 0};
}

portcullis_decision DecisionOf(const Decision& decision) {
  return {decision.statement, static_cast<uint8_t>(decision.decided_by),
          static_cast<uint8_t>(decision.verdict),
          static_cast<uint8_t>(decision.refusal),
          static_cast<uint8_t>(decision.in_session ? 1 : 0)};
}

}  // namespace

// ---- the objects ------------------------------------------------------------

struct portcullis_store {
  PolicyStore store;
};

struct portcullis_watcher {
  ImageWatcher watcher;
};

struct portcullis_image {
  struct alignas(portcullis::kImageAlignment) Block {
    std::byte bytes[portcullis::kImageAlignment];
  };
  std::vector<Block> copy;
  ImageView view;
};

struct portcullis_session {
  // Adds to `list`, and has `span`, one of the session's, show it.
  template <typename T, typename Span>
  void Add(std::vector<T>& list, Span& span, T value) noexcept {
    try {
      list.push_back(value);
      span = list;
    } catch (const std::bad_alloc&) {
      is_whole = false;
    }
  }

  SessionInfo info;
  std::vector<SessionTag> tags;
  std::vector<std::string_view> transitive_keys;
  std::vector<std::string_view> policy_arns;
  bool is_whole = true;
};

struct portcullis_request {
  void Add(std::string_view key, std::span<const portcullis_text> list,
           bool is_list) noexcept {
    try {
      const std::string_view* const before = values.data();
      for (const portcullis_text& text : list) values.push_back(ViewOf(text));
      const size_t begin = values.size() - list.size();
      context.push_back({key, std::span(values).subspan(begin), is_list});
      if (values.data() != before) FollowValues();
      request.context = context;
    } catch (const std::bad_alloc&) {
      is_whole = false;
    }
  }
  bool IsWhole() const {
    return is_whole && (session == nullptr || session->is_whole);
  }

  Request request;
  std::vector<ContextEntry> context;
  std::vector<std::string_view> values;  // of all entries, one after another
  const portcullis_session* session = nullptr;
  bool is_whole = true;  // false: something that was added is missing

 private:
  void FollowValues() {
    std::span<const std::string_view> rest = values;
    for (ContextEntry& entry : context) {
      entry.values = rest.first(entry.values.size());
      rest = rest.subspan(entry.values.size());
    }
  }
};

struct portcullis_worker {
  explicit portcullis_worker(PolicyStore& store) : reader(store) {}

  const ImageView& image() const { return pin->view(); }
  void Pin() {
    pin.emplace(reader);
    if (pin->generation() == fits_generation) return;
    if (scratch == nullptr || !scratch->Fits(image())) {
      scratch = std::make_unique<Scratch>(image());
    }
    fits_generation = pin->generation();
  }
  // Why `asked` is not decided; PORTCULLIS_REFUSED_NOT when it can be.
  uint8_t RefusalOf(const portcullis_request& asked) const {
    if (!pin) return PORTCULLIS_REFUSED_NO_PIN;
    return asked.IsWhole() ? PORTCULLIS_REFUSED_NOT : PORTCULLIS_REFUSED_MEMORY;
  }

  PolicyStore::Reader reader;
  std::optional<PolicyStore::Pin> pin;
  std::unique_ptr<Scratch> scratch;
  uint64_t fits_generation = 0;  // of the last image that `scratch` was held
                                 // against
};

namespace {

// The image of which a report or a decision names a statement.
const ImageView& ImageOf(const portcullis_worker& worker,
                         const portcullis_request& request, bool in_session) {
  return in_session ? *request.request.session->policies : worker.image();
}

}  // namespace

// ---- the functions ----------------------------------------------------------

portcullis_text portcullis_text_of(const char* text) {
  return {text, std::strlen(text)};
}

const char* portcullis_verdict_name(uint8_t verdict) {
  return portcullis::VerdictName(static_cast<Verdict>(verdict));
}
const char* portcullis_layer_name(uint8_t layer) {
  return portcullis::LayerName(static_cast<Layer>(layer));
}

portcullis_store* portcullis_store_open(const char* path,
                                        portcullis_error* error) {
  return Try(error, [&]() -> portcullis_store* {
    ImageFile::Opened opened = ImageFile::Open(path);
    if (opened.file) {
      return new portcullis_store{PolicyStore(*std::move(opened.file))};
    }
    Report(error, opened.error);
    return nullptr;
  });
}
bool portcullis_store_publish(portcullis_store* store, const char* path,
                              portcullis_error* error) {
  return Try(error, [&] {
    ImageFile::Opened opened = ImageFile::Open(path);
    if (opened.file) {
      store->store.Publish(*std::move(opened.file));
    } else {
      Report(error, opened.error);
    }
    return opened.file.has_value();
  });
}
size_t portcullis_store_collect(portcullis_store* store) {
  Try(nullptr, [&] { return store->store.Collect(); });
  return store->store.counters().retired_images;
}
portcullis_counters portcullis_store_counters(const portcullis_store* store) {
  const PolicyStore::Counters counters = store->store.counters();
  return {counters.generation, counters.active_digest, counters.retired_images,
          counters.retired_bytes, counters.readers};
}
void portcullis_store_free(portcullis_store* store) { delete store; }

portcullis_watcher* portcullis_watcher_new(
    portcullis_store* store, const char* path, uint32_t recheck_ms,
    void (*on_reload)(void* argument, const portcullis_reload* reload),
    void* argument, portcullis_error* error) {
  return Try(error, [&] {
    ImageWatcher::Options options;
    if (recheck_ms != 0)
      options.recheck = std::chrono::milliseconds(recheck_ms);
    const auto callback = [=](const ImageWatcher::Event& event) {
      if (on_reload == nullptr) return;
      portcullis_reload reload = {};
      reload.published = event.published;
      reload.generation = event.generation;
      reload.digest = event.digest;
      Report(&reload.error, event.error);
      on_reload(argument, &reload);
    };
    return new portcullis_watcher{
        ImageWatcher(path, store->store, callback, options)};
  });
}
bool portcullis_watcher_poll(portcullis_watcher* watcher, uint32_t timeout_ms,
                             portcullis_error* error) {
  return Try(error, [&] {
    watcher->watcher.Poll(std::chrono::milliseconds(timeout_ms));
    return true;
  });
}
bool portcullis_watcher_run(portcullis_watcher* watcher,
                            portcullis_error* error) {
  return Try(error, [&] {
    watcher->watcher.Run();
    return true;
  });
}
void portcullis_watcher_stop(portcullis_watcher* watcher) {
  watcher->watcher.Stop();
}
void portcullis_watcher_free(portcullis_watcher* watcher) { delete watcher; }

portcullis_image* portcullis_image_open(const void* bytes, size_t size,
                                        portcullis_error* error) {
  return Try(error, [&]() -> portcullis_image* {
    constexpr size_t kBlock = sizeof(portcullis_image::Block);
    auto image = std::make_unique<portcullis_image>();
    image->copy.resize(size / kBlock + 1);
    if (size != 0) std::memcpy(image->copy.data(), bytes, size);
    const ImageView::Opened opened =
        ImageView::Open(std::as_bytes(std::span(image->copy)).first(size));
    if (!opened.view) {
      Report(error, opened.error);
      return nullptr;
    }
    image->view = *opened.view;
    return image.release();
  });
}
void portcullis_image_free(portcullis_image* image) { delete image; }

portcullis_session* portcullis_session_new(portcullis_error* error) {
  return Try(error, [] { return new portcullis_session; });
}
void portcullis_session_free(portcullis_session* session) { delete session; }
void portcullis_session_clear(portcullis_session* session) {
  session->info = {};
  session->tags.clear();
  session->transitive_keys.clear();
  session->policy_arns.clear();
  session->is_whole = true;
}
void portcullis_session_set_policies(portcullis_session* session,
                                     const portcullis_image* image) {
  session->info.policies = image == nullptr ? nullptr : &image->view;
}
void portcullis_session_add_policy_arn(portcullis_session* session,
                                       portcullis_text arn) {
  session->Add(session->policy_arns, session->info.policy_arns, ViewOf(arn));
}
void portcullis_session_add_tag(portcullis_session* session,
                                portcullis_text key, portcullis_text value) {
  const SessionTag tag = {ViewOf(key), ViewOf(value)};
  session->Add(session->tags, session->info.tags, tag);
}
void portcullis_session_add_transitive_key(portcullis_session* session,
                                           portcullis_text key) {
  session->Add(session->transitive_keys, session->info.transitive_tag_keys,
               ViewOf(key));
}
void portcullis_session_set_source_identity(portcullis_session* session,
                                            portcullis_text name) {
  session->info.source_identity = ViewOf(name);
}
void portcullis_session_set_federated_provider(portcullis_session* session,
                                               portcullis_text provider) {
  session->info.federated_provider = ViewOf(provider);
}
void portcullis_session_set_parent(portcullis_session* session,
                                   portcullis_text user_arn) {
  session->info.parent = ViewOf(user_arn);
}
void portcullis_session_set_issued_at(portcullis_session* session,
                                      int64_t time) {
  session->info.issued_at = time;
}
void portcullis_session_set_expires_at(portcullis_session* session,
                                       int64_t time) {
  session->info.expires_at = time;
}
void portcullis_session_set_mfa(portcullis_session* session) {
  session->info.mfa = true;
}
void portcullis_session_set_mfa_at(portcullis_session* session, int64_t time) {
  session->info.mfa_at = time;
}
void portcullis_session_set_assumed_root(portcullis_session* session) {
  session->info.assumed_root = true;
}

portcullis_request* portcullis_request_new(portcullis_error* error) {
  return Try(error, [] { return new portcullis_request; });
}
void portcullis_request_free(portcullis_request* request) { delete request; }
void portcullis_request_clear(portcullis_request* request) {
  request->request = {};
  request->context.clear();
  request->values.clear();
  request->session = nullptr;
  request->is_whole = true;
}
void portcullis_request_set_principal(portcullis_request* request,
                                      portcullis_principal_form form,
                                      portcullis_text name) {
  request->request.form = static_cast<PrincipalForm>(form);
  request->request.principal = ViewOf(name);
}
void portcullis_request_set_action(portcullis_request* request,
                                   portcullis_text name) {
  request->request.action = ViewOf(name);
}
void portcullis_request_set_resource(portcullis_request* request,
                                     portcullis_text arn) {
  request->request.resource = ViewOf(arn);
}
void portcullis_request_set_resource_account(portcullis_request* request,
                                             portcullis_text account) {
  request->request.resource_account = ViewOf(account);
}
void portcullis_request_set_endpoint(portcullis_request* request,
                                     portcullis_text id) {
  request->request.endpoint = ViewOf(id);
}
void portcullis_request_add_key(portcullis_request* request,
                                portcullis_text key, portcullis_text value) {
  request->Add(ViewOf(key), {&value, 1}, false);
}
void portcullis_request_add_list(portcullis_request* request,
                                 portcullis_text key,
                                 const portcullis_text* values, size_t count) {
  request->Add(ViewOf(key), {values, count}, true);
}
void portcullis_request_set_session(portcullis_request* request,
                                    const portcullis_session* session) {
  request->session = session;
  request->request.session = session == nullptr ? nullptr : &session->info;
}
void portcullis_request_set_derive(portcullis_request* request, bool derive) {
  request->request.derive = derive;
}
void portcullis_request_set_now(portcullis_request* request, int64_t time) {
  request->request.now = time;
}
void portcullis_request_set_handles(portcullis_request* request,
                                    uint32_t principal, uint32_t action) {
  request->request.principal_handle = portcullis::PrincipalHandle{principal};
  request->request.action_handle = portcullis::ActionHandle{action};
}
void portcullis_request_set_key_handle(portcullis_request* request,
                                       uint32_t key) {
  if (request->context.empty()) return;
  request->context.back().handle = portcullis::KeyHandle{key};
}

portcullis_worker* portcullis_worker_new(portcullis_store* store,
                                         portcullis_error* error) {
  return Try(error, [&] { return new portcullis_worker(store->store); });
}
void portcullis_worker_free(portcullis_worker* worker) { delete worker; }
bool portcullis_worker_pin(portcullis_worker* worker, portcullis_error* error) {
  const bool pinned = Try(error, [&] {
    worker->Pin();
    return true;
  });
  if (!pinned) worker->pin.reset();
  return pinned;
}
void portcullis_worker_unpin(portcullis_worker* worker) { worker->pin.reset(); }
uint64_t portcullis_worker_generation(const portcullis_worker* worker) {
  return worker->pin ? worker->pin->generation() : 0;
}
uint64_t portcullis_worker_digest(const portcullis_worker* worker) {
  return worker->pin ? worker->image().digest() : 0;
}

portcullis_decision portcullis_decide(portcullis_worker* worker,
                                      const portcullis_request* request) {
  const uint8_t refusal = worker->RefusalOf(*request);
  if (refusal != PORTCULLIS_REFUSED_NOT) return Refuse(refusal);
  return DecisionOf(
      Decide(worker->image(), request->request, *worker->scratch));
}
void portcullis_decide_many(portcullis_worker* worker,
                            const portcullis_request* const* requests,
                            portcullis_decision* decisions, size_t count) {
  std::array<Request, kMaxBatch> batch;
  std::array<Decision, kMaxBatch> decided;
  for (size_t at = 0; at < count; at += kMaxBatch) {
    const size_t size = std::min(count - at, kMaxBatch);
    if (worker->pin) {
      for (size_t i = 0; i < size; ++i) {
        const portcullis_request& asked = *requests[at + i];
        batch[i] = asked.IsWhole() ? asked.request : Request{};
      }
      DecideMany(worker->image(), std::span(batch).first(size),
                 std::span(decided).first(size), *worker->scratch);
    }
    for (size_t i = 0; i < size; ++i) {
      const uint8_t refusal = worker->RefusalOf(*requests[at + i]);
      decisions[at + i] = refusal == PORTCULLIS_REFUSED_NOT
                              ? DecisionOf(decided[i])
                              : Refuse(refusal);
    }
  }
}

uint32_t portcullis_find_principal(const portcullis_worker* worker,
                                   portcullis_text arn) {
  if (!worker->pin) return PORTCULLIS_NO_HANDLE;
  return static_cast<uint32_t>(worker->image().FindPrincipal(ViewOf(arn)));
}
uint32_t portcullis_find_action(const portcullis_worker* worker,
                                portcullis_text name) {
  if (!worker->pin) return PORTCULLIS_NO_HANDLE;
  return static_cast<uint32_t>(worker->image().FindAction(ViewOf(name)));
}
uint32_t portcullis_find_key(const portcullis_worker* worker,
                             portcullis_text name) {
  if (!worker->pin) return PORTCULLIS_NO_HANDLE;
  return static_cast<uint32_t>(worker->image().FindKey(ViewOf(name)));
}

namespace {

using ReportStatement = void (*)(void* argument, const portcullis_report*);

void ReportLevel(const portcullis_worker& worker,
                 const portcullis_request& request, Layer layer,
                 const LevelReport& level, ReportStatement each,
                 void* argument) {
  for (const StatementReport& statement : level.statements) {
    const std::string label = StatementLabel(
        ImageOf(worker, request, statement.in_session), statement.statement);
    const portcullis_report report = {TextOf(label),
                                      TextOf(level.node),
                                      static_cast<uint8_t>(layer),
                                      static_cast<uint8_t>(statement.mismatch),
                                      statement.deny,
                                      statement.in_session};
    each(argument, &report);
  }
}

}  // namespace

bool portcullis_explain(portcullis_worker* worker,
                        const portcullis_request* request,
                        void (*each)(void* argument,
                                     const portcullis_report* report),
                        void* argument, portcullis_error* error) {
  if (worker->RefusalOf(*request) != PORTCULLIS_REFUSED_NOT) return true;
  return Try(error, [&] {
    const Explanation explanation =
        Explain(worker->image(), request->request, *worker->scratch);
    for (const LayerReport& layer : explanation.layers) {
      for (const LevelReport& level : layer.levels) {
        ReportLevel(*worker, *request, layer.layer, level, each, argument);
      }
    }
    return true;
  });
}

size_t portcullis_label(const portcullis_worker* worker,
                        const portcullis_request* request,
                        portcullis_decision decision, char* buffer,
                        size_t size) {
  if (size != 0) *buffer = '\0';
  return Try(nullptr, [&]() -> size_t {
    std::string label;
    if (worker->pin && decision.statement != kNoStatement) {
      label = StatementLabel(ImageOf(*worker, *request, decision.in_session),
                             decision.statement);
    }
    if (size != 0) std::snprintf(buffer, size, "%s", label.c_str());
    return label.size();
  });
}
