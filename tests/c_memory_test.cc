// runtime/c.h when memory runs out: at every allocation in turn, no exception
// leaves a function, nothing leaks, and nothing is allowed that lost a part.
#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <string>

#include "runtime/c.h"
#include "tests/allocation_counter.h"
#include "tests/differential/engine_set.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

using testing::allocation_count;
using testing::failing_allocation;

portcullis_text Text(const char* text) { return portcullis_text_of(text); }

// Reads for kAna, but not from the moon, nor in a session with the tag `off`.
constexpr char kStatements[] =
    R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},)"
    R"({"Effect":"Deny","Action":"*","Resource":"*","Condition":)"
    R"({"ForAnyValue:StringEquals":{"app:Places":"moon"}}},)"
    R"({"Effect":"Deny","Action":"*","Resource":"*","Condition":)"
    R"({"StringEquals":{"aws:PrincipalTag/state":"off"}}})";

// What a run saw before it ended.
struct Seen {
  bool whole = false;  // no function failed
  bool allowed = false;
  bool denied_for_memory = false;
};

class Objects {
 public:
  explicit Objects(const char* path)
      : store(portcullis_store_open(path, &error)) {
    if (store == nullptr) return;
    worker = portcullis_worker_new(store, &error);
    session = portcullis_session_new(&error);
    request = portcullis_request_new(&error);
  }
  Objects(const Objects&) = delete;
  Objects& operator=(const Objects&) = delete;
  ~Objects() {
    portcullis_request_free(request);
    portcullis_session_free(session);
    portcullis_worker_free(worker);
    portcullis_store_free(store);
  }
  bool All() const {
    return worker != nullptr && session != nullptr && request != nullptr;
  }

  portcullis_error error = {};
  portcullis_store* store;
  portcullis_worker* worker = nullptr;
  portcullis_session* session = nullptr;
  portcullis_request* request = nullptr;
};

void Fill(const Objects& objects) {
  portcullis_request_set_principal(objects.request, PORTCULLIS_ARN, Text(kAna));
  portcullis_request_set_action(objects.request, Text("s3:GetObject"));
  portcullis_request_set_resource(objects.request, Text("arn:aws:s3:::b/k"));
  const std::array<portcullis_text, 3> places = {Text("sea"), Text("land"),
                                                 Text("moon")};
  portcullis_request_add_list(objects.request, Text("app:Places"),
                              places.data(), places.size());
  portcullis_request_add_key(objects.request, Text("app:Other"), Text("x"));
  portcullis_session_add_tag(objects.session, Text("state"), Text("off"));
  portcullis_request_set_session(objects.request, objects.session);
}

void Note(const portcullis_decision& decision, Seen& run) {
  run.allowed |= decision.verdict == PORTCULLIS_ALLOWED;
  run.denied_for_memory |= decision.refusal == PORTCULLIS_REFUSED_MEMORY;
}

Seen RunOnce(const char* path) {
  Seen run;
  Objects objects(path);
  if (!objects.All()) return run;
  Fill(objects);
  if (!portcullis_worker_pin(objects.worker, &objects.error)) return run;
  Note(portcullis_decide(objects.worker, objects.request), run);
  const std::array<const portcullis_request*, 2> both = {objects.request,
                                                         objects.request};
  std::array<portcullis_decision, 2> decisions;
  portcullis_decide_many(objects.worker, both.data(), decisions.data(), 2);
  for (const portcullis_decision& decision : decisions) Note(decision, run);
  std::array<char, 40> label;
  portcullis_label(objects.worker, objects.request, decisions[0], label.data(),
                   label.size());
  run.whole = portcullis_explain(
      objects.worker, objects.request, [](void*, const portcullis_report*) {},
      nullptr, &objects.error);
  portcullis_worker_unpin(objects.worker);
  return run;
}

TEST(CMemoryTest, EveryAllocationMayFail) {
  const testing::TemporaryFolder folder;
  const CompiledImage image =
      Compile(LoadSet(SetOfAna(DocumentJson(kStatements))));
  const auto bytes = BytesOf(image.bytes);
  const std::string path = folder.Write(
      "image", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});

  const size_t before = allocation_count.load();
  ASSERT_TRUE(RunOnce(path.c_str()).whole);
  const size_t allocations = allocation_count.load() - before;
  size_t denied_for_memory = 0;
  for (size_t n = 0; n < allocations; ++n) {
    failing_allocation = allocation_count.load() + n;
    const Seen run = RunOnce(path.c_str());
    failing_allocation = SIZE_MAX;
    EXPECT_FALSE(run.allowed) << n;
    denied_for_memory += run.denied_for_memory ? 1 : 0;
  }
  std::cout << allocations << " allocations, " << denied_for_memory
            << " times denied for want of memory\n";
  EXPECT_GT(allocations, 10u);
  EXPECT_GT(denied_for_memory, 1u);
}

}  // namespace
}  // namespace portcullis
