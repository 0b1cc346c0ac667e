// runtime/c.h: what its objects do. That its decisions are those of the other
// engines is held by tests/differential/engine_set.cc, that a program in C can
// be built with it by tests/install_test.sh.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/c.h"
#include "tests/differential/engine_set.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;

portcullis_text Text(const char* text) { return portcullis_text_of(text); }

constexpr char kReads[] =
    R"({"Sid":"Reads","Effect":"Allow","Action":"s3:GetObject",)"
    R"("Resource":"arn:aws:s3:::b/*"})";
constexpr char kNeverAbroad[] =
    R"({"Sid":"Abroad","Effect":"Deny","Action":"s3:*","Resource":"*",)"
    R"("Condition":{"ForAnyValue:StringEquals":{"app:Places":["sea","moon"]}}})";

class CInterfaceTest : public ::testing::Test {
 protected:
  CInterfaceTest() {
    Write(std::string(kReads) + "," + kNeverAbroad);
    store_ = portcullis_store_open(path_.c_str(), &error_);
    EXPECT_NE(store_, nullptr) << error_.message;
    worker_ = portcullis_worker_new(store_, &error_);
    request_ = portcullis_request_new(&error_);
    session_ = portcullis_session_new(&error_);
    Fill();
  }
  ~CInterfaceTest() override {
    portcullis_session_free(session_);
    portcullis_request_free(request_);
    portcullis_worker_free(worker_);
    portcullis_store_free(store_);
  }

  // The image of kAna's policy of `statements`, at path_.
  void Write(const std::string& statements) {
    WriteBytes(
        BytesOf(Compile(LoadSet(SetOfAna(DocumentJson(statements)))).bytes));
  }
  void WriteBytes(std::span<const std::byte> bytes) {
    folder_.Write("image.next",
                  {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    std::rename(folder_.Path("image.next").c_str(), path_.c_str());
  }
  void Fill() {
    portcullis_request_clear(request_);
    portcullis_request_set_principal(request_, PORTCULLIS_ARN, Text(kAna));
    portcullis_request_set_action(request_, Text("s3:GetObject"));
    portcullis_request_set_resource(request_, Text("arn:aws:s3:::b/k"));
  }
  void Pin() {
    ASSERT_TRUE(portcullis_worker_pin(worker_, &error_)) << error_.message;
  }
  portcullis_decision Ask() { return portcullis_decide(worker_, request_); }
  int Verdict() { return Ask().verdict; }
  std::string Label(size_t size = 100) {
    std::vector<char> buffer(size + 1, 'x');
    portcullis_label(worker_, request_, Ask(), buffer.data(), size);
    EXPECT_EQ(buffer[size], 'x');
    return buffer.data();
  }
  // `LAYER EFFECT LABEL MISMATCH` of every report.
  std::vector<std::string> Reports() {
    std::vector<std::string> reports;
    EXPECT_TRUE(portcullis_explain(
        worker_, request_,
        [](void* argument, const portcullis_report* report) {
          static_cast<std::vector<std::string>*>(argument)->push_back(
              std::string(portcullis_layer_name(report->layer)) +
              (report->deny ? " Deny " : " Allow ") +
              std::string(report->label.data, report->label.size) + " " +
              std::to_string(report->mismatch) +
              (report->in_session ? " in session" : ""));
        },
        &reports, &error_))
        << error_.message;
    return reports;
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.Path("image");
  portcullis_error error_ = {};
  portcullis_store* store_ = nullptr;
  portcullis_worker* worker_ = nullptr;
  portcullis_request* request_ = nullptr;
  portcullis_session* session_ = nullptr;
};

TEST_F(CInterfaceTest, DecidesWithAReason) {
  Pin();
  EXPECT_EQ(Verdict(), PORTCULLIS_ALLOWED);
  EXPECT_EQ(Ask().decided_by, PORTCULLIS_LAYER_IDENTITY);
  EXPECT_EQ(Ask().refusal, PORTCULLIS_REFUSED_NOT);
  EXPECT_EQ(Label(), "p#Reads");
  EXPECT_STREQ(portcullis_verdict_name(Ask().verdict), "allowed");
  EXPECT_STREQ(portcullis_layer_name(Ask().decided_by), "identity");
  EXPECT_THAT(Reports(), ElementsAre("identity Allow p#Reads 0",
                                     "identity Deny p#Abroad 4"));
}

TEST_F(CInterfaceTest, LabelIsCutOffAndMeasured) {
  Pin();
  EXPECT_EQ(Label(8), "p#Reads");
  EXPECT_EQ(Label(4), "p#R");
  EXPECT_EQ(Label(1), "");
  EXPECT_EQ(portcullis_label(worker_, request_, Ask(), nullptr, 0), 7u);
  portcullis_request_set_action(request_, Text("s3:PutObject"));
  EXPECT_EQ(Verdict(), PORTCULLIS_IMPLICIT_DENY);
  EXPECT_EQ(Ask().statement, PORTCULLIS_NO_STATEMENT);
  EXPECT_EQ(Label(), "");
}

TEST_F(CInterfaceTest, KeysKeepTheirValuesWhileMoreAreAdded) {
  Pin();
  const std::array<portcullis_text, 2> places = {Text("land"), Text("moon")};
  portcullis_request_add_list(request_, Text("app:Places"), places.data(), 2);
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back("app:K" + std::to_string(i));
  for (const std::string& name : names) {
    portcullis_request_add_key(request_, Text(name.c_str()), Text("v"));
    ASSERT_EQ(Verdict(), PORTCULLIS_EXPLICIT_DENY) << name;
  }
  EXPECT_EQ(Label(), "p#Abroad");
  Fill();
  EXPECT_EQ(Verdict(), PORTCULLIS_ALLOWED);
  portcullis_request_add_list(request_, Text("app:Places"), nullptr, 0);
  EXPECT_EQ(Verdict(), PORTCULLIS_ALLOWED);
  portcullis_request_add_key(request_, Text("APP:places"), Text("land"));
  EXPECT_EQ(Ask().refusal, PORTCULLIS_REFUSED_DUPLICATE_KEY);
}

TEST_F(CInterfaceTest, WithoutAPinEverythingIsDenied) {
  EXPECT_EQ(Verdict(), PORTCULLIS_IMPLICIT_DENY);
  EXPECT_EQ(Ask().refusal, PORTCULLIS_REFUSED_NO_PIN);
  EXPECT_EQ(Label(), "");
  EXPECT_THAT(Reports(), IsEmpty());
  EXPECT_EQ(portcullis_worker_generation(worker_), 0u);
  EXPECT_EQ(portcullis_worker_digest(worker_), 0u);
  EXPECT_EQ(portcullis_find_principal(worker_, Text(kAna)),
            PORTCULLIS_NO_HANDLE);
  EXPECT_EQ(portcullis_find_action(worker_, Text("s3:GetObject")),
            PORTCULLIS_NO_HANDLE);
  EXPECT_EQ(portcullis_find_key(worker_, Text("app:Places")),
            PORTCULLIS_NO_HANDLE);
  const portcullis_request* const asked = request_;
  portcullis_decision decision = {7, 7, PORTCULLIS_ALLOWED, 0, 0};
  portcullis_decide_many(worker_, &asked, &decision, 1);
  EXPECT_EQ(decision.verdict, PORTCULLIS_IMPLICIT_DENY);
  EXPECT_EQ(decision.refusal, PORTCULLIS_REFUSED_NO_PIN);
  Pin();
  portcullis_worker_unpin(worker_);
  EXPECT_EQ(Verdict(), PORTCULLIS_IMPLICIT_DENY);
}

TEST_F(CInterfaceTest, BatchesOfAnySize) {
  Pin();
  portcullis_request* const other = portcullis_request_new(&error_);
  std::vector<const portcullis_request*> requests;
  std::vector<int> expected;
  for (size_t count = 0; count < 20; ++count) {
    std::vector<portcullis_decision> decisions(count);
    portcullis_decide_many(worker_, requests.data(), decisions.data(), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(decisions[i].verdict, expected[i]) << i << " of " << count;
    }
    requests.push_back(count % 3 == 0 ? request_ : other);
    expected.push_back(count % 3 == 0 ? PORTCULLIS_ALLOWED
                                      : PORTCULLIS_IMPLICIT_DENY);
  }
  portcullis_request_free(other);
}

TEST_F(CInterfaceTest, HandlesChangeNoDecision) {
  Pin();
  const uint32_t principal = portcullis_find_principal(worker_, Text(kAna));
  const uint32_t action = portcullis_find_action(worker_, Text("S3:getobject"));
  const uint32_t key = portcullis_find_key(worker_, Text("app:places"));
  EXPECT_NE(principal, PORTCULLIS_NO_HANDLE);
  EXPECT_NE(action, PORTCULLIS_NO_HANDLE);
  EXPECT_NE(key, PORTCULLIS_NO_HANDLE);
  portcullis_request_set_key_handle(request_, key);  // of no key: nothing
  portcullis_request_add_key(request_, Text("app:Places"), Text("land"));
  for (const uint32_t wrong : {0u, 1u, 77u}) {
    portcullis_request_set_handles(request_, principal + wrong, action + wrong);
    portcullis_request_set_key_handle(request_, key + wrong);
    EXPECT_EQ(Verdict(), PORTCULLIS_ALLOWED);
  }
}

TEST_F(CInterfaceTest, OtherCallersThanUsers) {
  Pin();
  for (const auto& [form, name] :
       {std::pair(PORTCULLIS_SERVICE, "s3.amazonaws.com"),
        std::pair(PORTCULLIS_FEDERATED, "accounts.google.com"),
        std::pair(PORTCULLIS_ANONYMOUS, "*")}) {
    portcullis_request_set_principal(request_, form, Text(name));
    EXPECT_EQ(Verdict(), PORTCULLIS_IMPLICIT_DENY) << name;
    EXPECT_EQ(Ask().refusal, PORTCULLIS_REFUSED_NOT) << name;
  }
  portcullis_request_set_principal(request_, PORTCULLIS_SERVICE, Text("a b"));
  EXPECT_EQ(Verdict(), PORTCULLIS_IMPLICIT_DENY);
}

TEST_F(CInterfaceTest, SessionPoliciesAndExpiry) {
  Pin();
  std::vector<Policy> policies(1);
  policies[0].name = "session";
  policies[0].document = LoadPolicy(
      DocumentJson(
          R"({"Sid":"Own","Effect":"Deny","Action":"s3:*","Resource":"*"})"),
      PolicyType::kSession);
  const CompiledImage compiled = CompileSession(policies);
  portcullis_image* const image = portcullis_image_open(
      BytesOf(compiled.bytes).data(), BytesOf(compiled.bytes).size(), &error_);
  ASSERT_NE(image, nullptr) << error_.message;
  portcullis_request_set_session(request_, session_);
  EXPECT_EQ(Verdict(), PORTCULLIS_ALLOWED);
  portcullis_session_set_policies(session_, image);
  EXPECT_EQ(Verdict(), PORTCULLIS_EXPLICIT_DENY);
  EXPECT_EQ(Ask().in_session, 1);
  EXPECT_EQ(Label(), "session#Own");
  EXPECT_EQ(Reports().back(), "session Deny session#Own 0 in session");
  portcullis_session_clear(session_);
  EXPECT_EQ(Verdict(), PORTCULLIS_ALLOWED);
  portcullis_session_set_expires_at(session_, 1'000);
  portcullis_request_set_now(request_, 1'001);
  EXPECT_EQ(Ask().refusal, PORTCULLIS_REFUSED_EXPIRED);
  portcullis_request_set_session(request_, nullptr);
  EXPECT_EQ(Verdict(), PORTCULLIS_ALLOWED);
  portcullis_image_free(image);
}

TEST_F(CInterfaceTest, BytesThatAreNoImage) {
  const std::array<char, 3> bytes = {'a', 'b', 'c'};
  EXPECT_EQ(portcullis_image_open(bytes.data(), 3, &error_), nullptr);
  EXPECT_EQ(error_.code, static_cast<uint32_t>(ImageErrorCode::kTruncated));
  EXPECT_EQ(portcullis_image_open(nullptr, 0, nullptr), nullptr);
}

TEST_F(CInterfaceTest, FilesThatCannotBeLoaded) {
  EXPECT_EQ(portcullis_store_open("/no/such/image", &error_), nullptr);
  EXPECT_EQ(error_.code, static_cast<uint32_t>(ImageErrorCode::kFile));
  EXPECT_THAT(error_.message, HasSubstr("/no/such/image"));
  EXPECT_EQ(portcullis_store_open("/no/such/image", nullptr), nullptr);
  const std::string long_path = "/" + std::string(2'000, 'x');
  EXPECT_EQ(portcullis_store_open(long_path.c_str(), &error_), nullptr);
  EXPECT_EQ(std::strlen(error_.message), sizeof(error_.message) - 1);
  EXPECT_FALSE(portcullis_store_publish(store_, "/no/such/image", &error_));
  EXPECT_EQ(portcullis_store_counters(store_).generation, 1u);
}

TEST_F(CInterfaceTest, PublishedPoliciesServeTheNextPin) {
  Pin();
  const uint64_t digest = portcullis_worker_digest(worker_);
  Write(kNeverAbroad);
  ASSERT_TRUE(portcullis_store_publish(store_, path_.c_str(), &error_));
  EXPECT_EQ(Verdict(), PORTCULLIS_ALLOWED);
  EXPECT_EQ(portcullis_worker_generation(worker_), 1u);
  EXPECT_EQ(portcullis_store_collect(store_), 1u);
  portcullis_worker_unpin(worker_);
  Pin();
  EXPECT_EQ(Verdict(), PORTCULLIS_IMPLICIT_DENY);
  EXPECT_EQ(portcullis_worker_generation(worker_), 2u);
  EXPECT_NE(portcullis_worker_digest(worker_), digest);
  EXPECT_EQ(portcullis_store_collect(store_), 0u);
  const portcullis_counters counters = portcullis_store_counters(store_);
  EXPECT_EQ(counters.generation, 2u);
  EXPECT_EQ(counters.digest, portcullis_worker_digest(worker_));
  EXPECT_EQ(counters.readers, 1u);
  EXPECT_EQ(counters.retired_images, 0u);
  EXPECT_EQ(counters.retired_bytes, 0u);
}

// The work space grows with the image.
TEST_F(CInterfaceTest, LargerPoliciesAfterSmallOnes) {
  Pin();
  portcullis_worker_unpin(worker_);
  std::string statements = kReads;
  for (int i = 0; i < 300; ++i) {
    statements += R"(,{"Effect":"Deny","Action":"s3:GetObject","Resource":"*",)"
                  R"("Condition":{"StringEquals":{"app:K)" +
                  std::to_string(i) + R"(":"on"}}})";
  }
  Write(statements);
  ASSERT_TRUE(portcullis_store_publish(store_, path_.c_str(), &error_));
  Pin();
  EXPECT_EQ(Verdict(), PORTCULLIS_ALLOWED);
  portcullis_request_add_key(request_, Text("app:K299"), Text("on"));
  EXPECT_EQ(Verdict(), PORTCULLIS_EXPLICIT_DENY);
}

TEST_F(CInterfaceTest, WatcherPublishesAndTellsErrors) {
  std::vector<portcullis_reload> reloads;
  portcullis_watcher* const watcher = portcullis_watcher_new(
      store_, path_.c_str(), 0,
      [](void* argument, const portcullis_reload* reload) {
        static_cast<std::vector<portcullis_reload>*>(argument)->push_back(
            *reload);
      },
      &reloads, &error_);
  ASSERT_NE(watcher, nullptr) << error_.message;
  Write(kNeverAbroad);
  EXPECT_TRUE(portcullis_watcher_poll(watcher, 1'000, &error_));
  ASSERT_EQ(reloads.size(), 1u);
  EXPECT_TRUE(reloads[0].published);
  EXPECT_EQ(reloads[0].generation, 2u);
  EXPECT_EQ(reloads[0].digest, portcullis_store_counters(store_).digest);
  WriteBytes(std::as_bytes(std::span("no image")));
  EXPECT_TRUE(portcullis_watcher_poll(watcher, 1'000, &error_));
  ASSERT_EQ(reloads.size(), 2u);
  EXPECT_FALSE(reloads[1].published);
  EXPECT_THAT(reloads[1].error.message, HasSubstr("image"));
  std::thread runs(
      [&] { EXPECT_TRUE(portcullis_watcher_run(watcher, nullptr)); });
  portcullis_watcher_stop(watcher);
  runs.join();
  portcullis_watcher_free(watcher);
}

TEST(CInterfaceFreeTest, TakesNull) {
  portcullis_store_free(nullptr);
  portcullis_watcher_free(nullptr);
  portcullis_image_free(nullptr);
  portcullis_session_free(nullptr);
  portcullis_request_free(nullptr);
  portcullis_worker_free(nullptr);
}

}  // namespace
}  // namespace portcullis
