#include "tests/differential/engine_set.h"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "compiler/normalize.h"
#include "runtime/c.h"
#include "runtime/decide.h"
#include "runtime/scratch.h"

namespace portcullis::testing {
namespace {

using cli::Answer;

// Every statement keeps the name that it has in reports (S-120).
void NameByPosition(std::vector<Statement>& statements) {
  for (Statement& statement : statements) {
    if (statement.sid.empty()) {
      statement.sid = std::to_string(statement.index + 1);
    }
  }
}

PolicySet WithReversedStatements(PolicySet set) {
  for (Policy& policy : set.policies) {
    std::vector<Statement>& statements = policy.document.statements;
    NameByPosition(statements);
    std::reverse(statements.begin(), statements.end());
    uint32_t index = 0;
    for (Statement& statement : statements) statement.index = index++;
  }
  return set;
}

std::string_view TextOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// `answer` with what `decision` says in place of its own; `named` has the
// statements' names.
Answer WithDecision(Answer answer, const Decision& decision,
                    const ImageView& named, const Request& request) {
  answer.refusal = decision.refusal;
  answer.verdict = decision.verdict;
  answer.decided_by = decision.decided_by;
  answer.statement = decision.statement == kNoStatement
                         ? ""
                         : cli::LabelOf(named, request, decision.statement,
                                        decision.in_session);
  return answer;
}

// A full batch and a short one: the request, at kAsked, among neighbours that
// differ from it in one part each, so that what one of them leaves behind does
// not suit the next.
constexpr size_t kAsked = 1;
std::vector<Request> BatchAround(const Request& request, const PolicySet& set) {
  Request anonymous = request;
  anonymous.form = PrincipalForm::kAnonymous;
  anonymous.principal = "*";
  Request principal = request;
  principal.form = PrincipalForm::kArn;
  if (!set.principals.empty()) principal.principal = set.principals.back().arn;
  Request action = request;
  action.action = "none:Such";
  Request resource = request;
  resource.resource = "*";
  Request bare = request;
  bare.context = {};
  bare.session = nullptr;
  return {anonymous, request, principal, action,  request,
          resource,  bare,    request,   request, principal};
}

}  // namespace

bool SameAnswers(const EngineAnswer& a, const EngineAnswer& b) {
  if (a.has_statement && b.has_statement) return SameAnswer(a.answer, b.answer);
  Answer first = a.answer;
  Answer second = b.answer;
  first.statement = second.statement = "";
  return SameAnswer(first, second);
}

const EngineAnswer* FirstDifference(const std::vector<EngineAnswer>& answers) {
  for (const EngineAnswer& given : answers) {
    if (!SameAnswers(answers.front(), given)) return &given;
  }
  return nullptr;
}

TemporaryFolder::TemporaryFolder() {
  path_ = std::filesystem::temp_directory_path() / "portcullis-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) {
    throw std::runtime_error("no temporary folder " + path_);
  }
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string TemporaryFolder::Write(const std::string& name,
                                   std::string_view bytes) const {
  const std::string path = Path(name);
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path;
}

PolicySet NormalisedSet(PolicySet set) {
  CanonicalAccounts accounts;
  for (const Account& account : set.accounts) {
    accounts.emplace_back(account.canonical_id, account.id);
  }
  for (Policy& policy : set.policies) {
    Document document = ToDocument(Normalize(policy.document, accounts));
    for (size_t i = 0; i < document.statements.size(); ++i) {
      document.statements[i].sid = policy.document.statements[i].sid;
    }
    policy.document = std::move(document);
  }
  return set;
}

// An image with the work space that serves all its decisions. Without bytes of
// its own it borrows a view.
class EngineSet::Image {
 public:
  Image(std::string engine, ImageBytes bytes)
      : engine_(std::move(engine)), bytes_(std::move(bytes)) {
    Open(BytesOf(bytes_));
  }
  Image(std::string engine, const ImageView& view)
      : engine_(std::move(engine)), view_(view) {
    scratch_ = std::make_unique<Scratch>(*view_);
  }
  // At the next 64-byte boundary after one of 128 bytes, so that nothing has
  // the address or the greater alignment that it had before.
  static std::unique_ptr<Image> Moved(std::string engine,
                                      std::span<const std::byte> bytes) {
    ImageBytes room(bytes.size() / sizeof(ImageBlock) + 2);
    const auto base = reinterpret_cast<uintptr_t>(room.data());
    const size_t first = base % (2 * sizeof(ImageBlock)) == 0 ? 1 : 0;
    std::memcpy(&room[first], bytes.data(), bytes.size());
    auto image = std::make_unique<Image>(std::move(engine));
    image->bytes_ = std::move(room);
    image->Open(BytesOf(image->bytes_)
                    .subspan(first * sizeof(ImageBlock), bytes.size()));
    return image;
  }
  explicit Image(std::string engine) : engine_(std::move(engine)) {}

  const std::string& engine() const { return engine_; }
  const ImageView& view() const { return *view_; }
  std::span<const std::byte> bytes() const { return BytesOf(bytes_); }

  Answer Ask(const Request& request) {
    return cli::AskImage(*view_, request, *scratch_);
  }
  Answer Explained(const Request& request) {
    return cli::AskExplain(*view_, request, *scratch_);
  }
  // The decision with handles, with the statements of `explained`. When handles
  // of other names lead to another decision, an answer that no other engine
  // gives.
  Answer Handled(const Request& request, const Answer& explained) {
    std::vector<ContextEntry> entries;
    const Request right = WithHandles(request, entries);
    const Decision decision = Decide(*view_, right, *scratch_);
    for (const uint32_t shift : {1u, 7u, 0x7FFFFFFFu}) {
      std::vector<ContextEntry> wrong_entries;
      const Request wrong = WithWrongHandles(right, shift, wrong_entries);
      if (Decide(*view_, wrong, *scratch_) == decision) continue;
      Answer other;
      other.statement = "decided otherwise with handles of other names";
      return other;
    }
    return WithDecision(explained, decision, *view_, request);
  }
  // The decision of a batch, with the statements of `explained`. When one of
  // the batch's requests is decided otherwise than alone, an answer that no
  // other engine gives.
  Answer Batched(std::vector<Request> batch, const Answer& explained) {
    std::vector<ContextEntry> entries;
    std::vector<ContextEntry> wrong_entries;
    batch.push_back(WithHandles(batch[kAsked], entries));
    batch.push_back(WithWrongHandles(batch.back(), 1, wrong_entries));
    batch.push_back(batch[kAsked]);
    std::vector<Decision> decisions(batch.size());
    DecideMany(*view_, batch, decisions, *scratch_);
    for (size_t i = 0; i < batch.size(); ++i) {
      if (decisions[i] == Decide(*view_, batch[i], *scratch_)) continue;
      Answer other;
      other.statement =
          "request " + std::to_string(i) + " is decided otherwise alone";
      return other;
    }
    return WithDecision(explained, decisions[kAsked], *view_, batch[kAsked]);
  }
  // The answer of an image without names; `named` has the same statements.
  Answer AskNameless(const Request& request, const ImageView& named) {
    const Explanation explanation = Explain(*view_, request, *scratch_);
    return WithDecision(cli::AnswerOf(named, request, explanation),
                        Decide(*view_, request, *scratch_), named, request);
  }

 private:
  // Borrows `entries`.
  Request WithHandles(const Request& request,
                      std::vector<ContextEntry>& entries) const {
    entries.assign(request.context.begin(), request.context.end());
    for (ContextEntry& entry : entries)
      entry.handle = view_->FindKey(entry.key);
    Request handled = request;
    handled.context = entries;
    handled.principal_handle = view_->FindPrincipal(request.principal);
    handled.action_handle = view_->FindAction(request.action);
    return handled;
  }
  static Request WithWrongHandles(const Request& request, uint32_t shift,
                                  std::vector<ContextEntry>& entries) {
    const auto shifted = [shift](auto handle) {
      return decltype(handle){static_cast<uint32_t>(handle) + shift};
    };
    entries.assign(request.context.begin(), request.context.end());
    for (ContextEntry& entry : entries) entry.handle = shifted(entry.handle);
    Request wrong = request;
    wrong.context = entries;
    wrong.principal_handle = shifted(request.principal_handle);
    wrong.action_handle = shifted(request.action_handle);
    return wrong;
  }

  void Open(std::span<const std::byte> bytes) {
    const ImageView::Opened opened = ImageView::Open(bytes);
    if (!opened.view) {
      throw std::logic_error(engine_ + ": " + opened.error.message);
    }
    view_ = opened.view;
    scratch_ = std::make_unique<Scratch>(*view_);
  }

  const std::string engine_;
  ImageBytes bytes_;
  std::optional<ImageView> view_;
  std::unique_ptr<Scratch> scratch_;
};

// The image in its file, asked through runtime/c.h.
class EngineSet::CInterface {
 public:
  explicit CInterface(const std::string& path)
      : store_(Made(portcullis_store_open(path.c_str(), &error_))),
        worker_(Made(portcullis_worker_new(store_, &error_))),
        session_(Made(portcullis_session_new(&error_))),
        request_(Made(portcullis_request_new(&error_))) {
    if (!portcullis_worker_pin(worker_, &error_)) Fail();
  }
  CInterface(const CInterface&) = delete;
  CInterface& operator=(const CInterface&) = delete;
  ~CInterface() {
    portcullis_image_free(policies_);
    portcullis_request_free(request_);
    portcullis_session_free(session_);
    portcullis_worker_free(worker_);
    portcullis_store_free(store_);
  }

  // The decision, with the statements of `explained`; `named` has their names.
  // When a batch of two decides otherwise, an answer that no other engine
  // gives.
  Answer Ask(const Request& request, const Answer& explained,
             const ImageView& named) {
    Fill(request);
    const Decision decision = DecisionOf(portcullis_decide(worker_, request_));
    const std::array<const portcullis_request*, 2> twice = {request_, request_};
    std::array<portcullis_decision, 2> decisions;
    portcullis_decide_many(worker_, twice.data(), decisions.data(), 2);
    if (DecisionOf(decisions[1]) == decision) {
      return WithDecision(explained, decision, named, request);
    }
    Answer other;
    other.statement = "decided otherwise in a batch";
    return other;
  }

 private:
  static portcullis_text CText(std::string_view text) {
    return {text.data(), text.size()};
  }
  static Decision DecisionOf(const portcullis_decision& from) {
    return {from.statement, Layer{from.decided_by}, Verdict{from.verdict},
            Refusal{from.refusal}, from.in_session != 0};
  }
  [[noreturn]] void Fail() const { throw std::logic_error(error_.message); }
  template <typename T>
  T* Made(T* made) const {
    if (made == nullptr) Fail();
    return made;
  }

  void Fill(const Request& from) {
    portcullis_request_clear(request_);
    portcullis_request_set_principal(
        request_, static_cast<portcullis_principal_form>(from.form),
        CText(from.principal));
    portcullis_request_set_action(request_, CText(from.action));
    portcullis_request_set_resource(request_, CText(from.resource));
    portcullis_request_set_resource_account(request_,
                                            CText(from.resource_account));
    portcullis_request_set_endpoint(request_, CText(from.endpoint));
    portcullis_request_set_derive(request_, from.derive);
    if (from.now) portcullis_request_set_now(request_, *from.now);
    for (const ContextEntry& entry : from.context) AddKey(entry);
    if (from.session == nullptr) return;
    FillSession(*from.session);
    portcullis_request_set_session(request_, session_);
  }
  void AddKey(const ContextEntry& entry) {
    if (!entry.is_list) {
      portcullis_request_add_key(request_, CText(entry.key),
                                 CText(entry.values[0]));
      return;
    }
    std::vector<portcullis_text> values;
    for (const std::string_view value : entry.values) {
      values.push_back(CText(value));
    }
    portcullis_request_add_list(request_, CText(entry.key), values.data(),
                                values.size());
  }
  void FillSession(const SessionInfo& from) {
    portcullis_session_clear(session_);
    portcullis_image_free(std::exchange(policies_, nullptr));
    if (from.policies != nullptr) {
      policies_ =
          Made(portcullis_image_open(from.policies->tables().header,
                                     from.policies->size_bytes(), &error_));
      portcullis_session_set_policies(session_, policies_);
    }
    for (const SessionTag& tag : from.tags) {
      portcullis_session_add_tag(session_, CText(tag.key), CText(tag.value));
    }
    for (const std::string_view key : from.transitive_tag_keys) {
      portcullis_session_add_transitive_key(session_, CText(key));
    }
    for (const std::string_view arn : from.policy_arns) {
      portcullis_session_add_policy_arn(session_, CText(arn));
    }
    FillFacts(from);
  }
  void FillFacts(const SessionInfo& from) {
    portcullis_session_set_parent(session_, CText(from.parent));
    if (from.source_identity) {
      portcullis_session_set_source_identity(session_,
                                             CText(*from.source_identity));
    }
    if (from.federated_provider) {
      portcullis_session_set_federated_provider(
          session_, CText(*from.federated_provider));
    }
    if (from.issued_at) {
      portcullis_session_set_issued_at(session_, *from.issued_at);
    }
    if (from.expires_at) {
      portcullis_session_set_expires_at(session_, *from.expires_at);
    }
    if (from.mfa_at) portcullis_session_set_mfa_at(session_, *from.mfa_at);
    if (from.mfa) portcullis_session_set_mfa(session_);
    if (from.assumed_root) portcullis_session_set_assumed_root(session_);
  }

  portcullis_error error_ = {};
  portcullis_store* store_;
  portcullis_worker* worker_;
  portcullis_session* session_;
  portcullis_request* request_;
  portcullis_image* policies_ = nullptr;
};

namespace {

constexpr char kReversed[] = "image of reversed statements";
constexpr char kNameless[] = "image without sources";

}  // namespace

EngineSet::EngineSet(PolicySet set)
    : set_(std::move(set)), normalised_(NormalisedSet(set_)) {
  AddImage("image from memory", set_, {});
  AddAddresses();
  AddVariants();
}

EngineSet::~EngineSet() = default;

const ImageView& EngineSet::image() const { return images_.front()->view(); }

void EngineSet::AddImage(const std::string& engine, const PolicySet& set,
                         const CompileOptions& options) {
  images_.push_back(
      std::make_unique<Image>(engine, Compile(set, options).bytes));
}

void EngineSet::AddAddresses() {
  const std::span<const std::byte> bytes = images_.front()->bytes();
  const std::string path = folder_.Write("image", TextOf(bytes));
  ImageFile::Opened opened = ImageFile::Open(path);
  if (!opened.file) throw std::logic_error("file: " + opened.error.message);
  file_ = std::move(opened.file);
  images_.push_back(
      std::make_unique<Image>("image mapped from a file", file_->view()));
  images_.push_back(Image::Moved("image at another address", bytes));
  c_interface_ = std::make_unique<CInterface>(path);
}

void EngineSet::AddVariants() {
  CompileOptions options;
  options.testing.row_tries = false;
  AddImage("image without row tries", set_, options);
  options = {};
  options.testing.list_tries = false;
  AddImage("image without list tries", set_, options);
  options = {};
  options.testing.share_rows = false;
  AddImage("image without shared rows", set_, options);
  options = {};
  options.testing.plain_entities = false;
  AddImage("image without plain entities", set_, options);
  options.testing = {false, false, false, false};
  AddImage("image without optimisations", set_, options);
  options = {};
  options.row_budget = 0;
  AddImage("image without rows", set_, options);
  options = {};
  options.strip_sources = true;
  AddImage(kNameless, set_, options);
  AddImage(kReversed, WithReversedStatements(set_), {});
}

std::vector<EngineAnswer> EngineSet::Ask(const cli::RequestReader& reader) {
  const Request& request = reader.request();
  Image& main = *images_.front();
  const Answer explained = main.Explained(request);
  std::vector<EngineAnswer> answers = {
      {"reference",
       cli::AskReference(set_, request, reader.session_policies())},
      {"reference on normalised statements",
       cli::AskReference(normalised_, request, reader.session_policies())},
      {"explain", explained},
      {"handles", main.Handled(request, explained)},
      {"batch", main.Batched(BatchAround(request, set_), explained)},
      {"C interface", c_interface_->Ask(request, explained, image())}};
  for (const std::unique_ptr<Image>& one : images_) {
    const bool nameless = one->engine() == kNameless;
    answers.push_back(
        {one->engine(),
         nameless ? one->AskNameless(request, image()) : one->Ask(request),
         one->engine() != kReversed});
  }
  return answers;
}

}  // namespace portcullis::testing
