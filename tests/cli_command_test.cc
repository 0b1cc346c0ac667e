// The command from outside: exit statuses, formats, files, pipes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "policy/json_reader.h"
#include "tests/support/engines.h"

namespace portcullis {
namespace {

namespace fs = std::filesystem;
using ::portcullis::testing::Quotes;
using ::portcullis::testing::ReadWhole;
using ::portcullis::testing::TemporaryFolder;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kSet =
    "{'principals': [{'arn': 'arn:aws:iam::111122223333:user/ana',"
    " 'tags': {'team': 'blue'}, 'policies': [{'name': 'p', 'document': {"
    "'Version': '2012-10-17', 'Statement': ["
    "{'Sid': 'Read', 'Effect': 'Allow', 'Action': 's3:Get*', 'Resource': "
    "'arn:aws:s3:::docs/${aws:PrincipalTag/team}/*'},"
    "{'Sid': 'Heavy', 'Effect': 'Deny', 'Action': 's3:*', 'Resource': '*',"
    " 'Condition': {'NumericGreaterThan': {'app:Size': 40}}}]}}]}]}";
constexpr const char* kBadSet = "{'principal': [],\n 'groups': []}";
constexpr const char* kAna =
    " --principal arn:aws:iam::111122223333:user/ana --action s3:GetObject "
    "--resource arn:aws:s3:::docs/blue/a";

struct Result {
  int status = -1;
  std::string out;
  std::string err;
};

class CommandTest : public ::testing::Test {
 protected:
  CommandTest() {
    set_ = folder_.Write("set.json", Quotes(kSet));
    bad_ = folder_.Write("bad.json", Quotes(kBadSet));
    image_ = folder_.Path("set.image");
  }

  // Runs `portcullis ARGUMENTS` in a shell.
  Result Run(const std::string& arguments) {
    return Shell(std::string(PORTCULLIS_BINARY) + " " + arguments);
  }

  Result Shell(const std::string& command) {
    const std::string err = folder_.Path("stderr");
    Result result;
    FILE* pipe = popen(("( " + command + " ) 2>" + err).c_str(), "r");
    char buffer[4096];
    size_t got = 0;
    while ((got = fread(buffer, 1, sizeof(buffer), pipe)) > 0) {
      result.out.append(buffer, got);
    }
    const int status = pclose(pipe);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result.err = ReadWhole(err);
    return result;
  }

  void Compile() {
    const Result result = Run("compile " + set_ + " -o " + image_);
    ASSERT_EQ(result.status, 0) << result.err;
  }

  std::vector<std::string> FilesInFolder() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.Path(""))) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  TemporaryFolder folder_;
  std::string set_;
  std::string bad_;
  std::string image_;
};

bool IsJson(const std::string& text) {
  Issues issues;
  return ReadJson("", text, issues).has_value() && issues.ok();
}

TEST_F(CommandTest, HelpAndVersionAreAnswers) {
  EXPECT_THAT(Run("--version").out, StartsWith("portcullis "));
  EXPECT_EQ(Run("--version").status, 0);
  for (const char* verb :
       {"", "check", "compile", "decide", "explain", "test", "dump"}) {
    const Result result = Run(std::string(verb) + " --help");
    EXPECT_EQ(result.status, 0) << verb;
    EXPECT_THAT(result.out, HasSubstr("Usage:")) << verb;
    EXPECT_THAT(result.out, HasSubstr("; 3 an error of the command")) << verb;
    EXPECT_THAT(result.err, IsEmpty()) << verb;
  }
}

TEST_F(CommandTest, UnknownCommandsAreNamed) {
  const Result result = Run("chekc " + set_);
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(
      result.err,
      StartsWith("portcullis: no command `chekc`; did you mean `check`"));
}

TEST_F(CommandTest, UnknownFlagsAreNamedBeforeMissingOnes) {
  for (const char* verb :
       {"", "check", "compile", "decide", "explain", "test", "dump",
        "assume-role", "assume-role-with-web-identity", "assume-role-with-saml",
        "get-federation-token", "get-session-token", "assume-root"}) {
    const Result result = Run(std::string(verb) + " --bogus");
    EXPECT_EQ(result.status, 2) << verb;
    EXPECT_THAT(result.out, IsEmpty()) << verb;
    EXPECT_THAT(result.err,
                StartsWith("The following argument was not expected: --bogus"))
        << verb;
  }
  EXPECT_THAT(Run("check --bogus --format xml " + set_).err,
              HasSubstr("--bogus"));
  EXPECT_THAT(Run("decide").err, StartsWith("IMAGE is required"));
  EXPECT_EQ(Run("decide --bogus --help").status, 0);
}

TEST_F(CommandTest, AnImageNeverReplacesAnInput) {
  Run("compile " + set_ + " -o " + set_);
  EXPECT_EQ(ReadWhole(set_), Quotes(kSet));
}

// The flags of a verb that take a value, from its help.
std::vector<std::string> FlagsOf(const std::string& help) {
  static const std::regex kFlag(R"(^  (?:-\w,)?(--[a-z-]+) (?:TEXT|INT|K=V))");
  std::vector<std::string> flags;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, kFlag)) flags.push_back(match[1]);
  }
  return flags;
}

// An empty text once stood for a flag that is left out, so that an empty
// session policy issued an unrestricted session.
TEST_F(CommandTest, NoFlagTakesAnEmptyText) {
  Compile();
  size_t count = 0;
  for (const char* verb :
       {"check", "compile", "decide", "explain", "test", "dump", "assume-role",
        "assume-role-with-web-identity", "assume-role-with-saml",
        "get-federation-token", "get-session-token", "assume-root"}) {
    for (const std::string& flag :
         FlagsOf(Run(std::string(verb) + " --help").out)) {
      const std::string arguments =
          std::string(verb) + " " + image_ + " " + flag;
      const Result result = Run(arguments + " ''");
      EXPECT_EQ(result.status, 2) << arguments;
      EXPECT_THAT(result.out, IsEmpty()) << arguments;
      EXPECT_THAT(result.err, StartsWith(flag + ": ")) << arguments;
      ++count;
    }
    const Result result = Run(std::string(verb) + " ''");
    EXPECT_THAT(result.err, HasSubstr(": an empty text is no value")) << verb;
  }
  EXPECT_GT(count, 80u);
}

TEST_F(CommandTest, WrongFlagsAreTwo) {
  Compile();
  const std::vector<std::string> wrong = {
      "",
      "nonsense",
      "check",
      "check --nonsense " + set_,
      "check --format xml " + set_,
      "check --type user " + set_,
      "compile " + set_,
      "compile " + set_ + " -o " + image_ + " --memory-budget lots",
      "compile " + set_ + " -o " + image_ + " --memory-budget ''",
      "compile " + set_ + " -o " + set_,
      "compile " + set_ + " -o " + folder_.Path("./set.json"),
      "decide",
      "decide " + image_,
      "decide " + image_ + " --principal '*'",
      "decide " + image_ + " --principal '*' --action a:b",
      "decide " + image_ + kAna + " --requests -",
      "decide " + image_ + kAna + " --context novalue",
      "decide " + image_ + kAna + " --principal-service s3.amazonaws.com",
      "explain " + image_ + kAna + " --format xml",
      "test --engine fast " + set_,
      "dump --stage nonsense " + set_,
      "dump --stage ast " + image_,
  };
  for (const std::string& arguments : wrong) {
    const Result result = Run(arguments);
    EXPECT_EQ(result.status, 2) << arguments;
    EXPECT_THAT(result.out, IsEmpty()) << arguments;
    EXPECT_THAT(result.err, Not(IsEmpty())) << arguments;
  }
}

TEST_F(CommandTest, FilesThatCannotBeOpenedAreTwo) {
  Compile();
  const std::string none = folder_.Path("none.json");
  for (const std::string& arguments :
       {"check " + none, "compile " + none + " -o " + image_, "test " + none,
        "test --policies " + none + " " + set_, "dump " + none,
        "decide " + none + kAna, "decide " + image_ + " --requests " + none,
        "decide " + image_ + kAna + " --session " + none,
        "explain " + image_ + " --requests " + none,
        "compile " + set_ + " -o " + folder_.Path("no/such/image"),
        "compile " + set_ + " -o " + folder_.Path("")}) {
    const Result result = Run(arguments);
    EXPECT_EQ(result.status, 2) << arguments;
    EXPECT_THAT(result.err, HasSubstr("portcullis: cannot ")) << arguments;
  }
}

TEST_F(CommandTest, OutputThatCannotBeWrittenIsTwo) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  const Result result = Run("check " + bad_ + " >/dev/full");
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("cannot write standard output"));
  for (const char* answer : {"--help", "--version", "decide --help"}) {
    const Result full = Run(std::string(answer) + " >/dev/full");
    EXPECT_EQ(full.status, 2) << answer;
    EXPECT_THAT(full.err, HasSubstr("cannot write standard output"));
  }
}

TEST_F(CommandTest, CheckPrintsIssuesAsData) {
  const Result good = Run("check " + set_);
  EXPECT_EQ(good.status, 0);
  EXPECT_THAT(good.out, IsEmpty());
  EXPECT_EQ(good.err, "0 errors, 0 warnings in 1 file\n");

  const Result bad = Run("check " + bad_ + " " + set_);
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.out, StartsWith(bad_ + ":1:2: error[S-155]: "));
  EXPECT_EQ(bad.err, "1 error, 0 warnings in 2 files\n");
}

TEST_F(CommandTest, CheckReportsEveryFileInOneRun) {
  const std::string broken = folder_.Write("broken.json", "{");
  const std::string empty = folder_.Write("empty.json", "");
  const Result result = Run("check " + bad_ + " " + broken + " " + empty);
  EXPECT_EQ(result.status, 1);
  for (const std::string& file : {bad_, broken, empty}) {
    EXPECT_THAT(result.out, HasSubstr(file)) << file;
  }
}

TEST_F(CommandTest, CheckGoesOnWhereAFileCannotBeOpened) {
  const Result result = Run("check " + bad_ + " " + folder_.Path("none.json"));
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.out, HasSubstr("error[S-155]"));
}

TEST_F(CommandTest, CheckFormats) {
  const Result json = Run("check --format json " + bad_);
  EXPECT_EQ(json.status, 1);
  EXPECT_TRUE(IsJson(json.out)) << json.out;
  EXPECT_THAT(json.out, HasSubstr(Quotes("'line': 1, 'column': 2, 'severity': "
                                         "'error', 'rule': 'S-155'")));
  EXPECT_THAT(json.out, EndsWith(Quotes("'errors': 1, 'warnings': 0, 'files': "
                                        "1}\n")));
  const Result sarif = Run("check --format sarif " + bad_);
  EXPECT_TRUE(IsJson(sarif.out)) << sarif.out;
  EXPECT_THAT(sarif.out, HasSubstr(Quotes("'version': '2.1.0'")));
  EXPECT_THAT(sarif.out, HasSubstr(Quotes("'startLine': 1, 'startColumn': 2")));
  EXPECT_TRUE(IsJson(Run("check --format sarif " + set_).out));
}

TEST_F(CommandTest, MachineFormatsAreUtf8) {
  const std::string folder = folder_.Path("names");
  fs::create_directories(folder);
  folder_.Write("names/s\xff.json", Quotes(kSet));
  ASSERT_EQ(Run("compile " + folder + " -o " + image_).status, 0);
  const Result explained = Run("explain --format json " + image_ + kAna);
  EXPECT_TRUE(IsJson(explained.out)) << explained.out;
  EXPECT_THAT(explained.out, HasSubstr("s\uFFFD.json"));
  folder_.Write("names/s\xff.json", Quotes(kBadSet));
  const Result checked = Run("check --format json " + folder);
  EXPECT_TRUE(IsJson(checked.out)) << checked.out;
  EXPECT_THAT(checked.out, HasSubstr("s\uFFFD.json"));
}

// Another text must not be decided on in place of one that JSON cannot hold.
TEST_F(CommandTest, FlagsAreUtf8) {
  Compile();
  const std::string ana = kAna;
  for (const std::string& flags :
       {std::string(" --principal @ --action a:b --resource '*'"),
        std::string(" --principal-service @ --action a:b --resource '*'"),
        std::string(" --principal-federated @ --action a:b --resource '*'"),
        std::string(" --principal '*' --action a:@ --resource '*'"),
        std::string(" --principal '*' --action a:b --resource @"),
        ana + " --resource-account @", ana + " --endpoint @",
        ana + " --context a=1 b=@", ana + " --context @=1"}) {
    const std::string bad = std::regex_replace(flags, std::regex("@"), "\xff");
    const Result result = Run("decide " + image_ + bad);
    EXPECT_EQ(result.status, 2) << flags;
    EXPECT_THAT(result.out, IsEmpty()) << flags;
    EXPECT_THAT(result.err, HasSubstr("not UTF-8 (S-4)")) << flags;
  }
}

TEST_F(CommandTest, CheckReadsDocumentsOfEveryType) {
  const std::string document = folder_.Write(
      "document.json",
      Quotes("{'Version': '2012-10-17', 'Statement': {'Effect': 'Allow', "
             "'Action': 's3:*', 'Resource': '*'}}"));
  for (const char* type : {"identity", "boundary", "session", "scp"}) {
    EXPECT_EQ(Run(std::string("check --type ") + type + " " + document).status,
              0)
        << type;
  }
  for (const char* type : {"rcp", "resource", "endpoint", "trust"}) {
    EXPECT_EQ(Run(std::string("check --type ") + type + " " + document).status,
              1)
        << type;
  }
  EXPECT_EQ(Run("check " + document).status, 0);
}

TEST_F(CommandTest, FoldersAreReadRecursively) {
  fs::create_directories(folder_.Path("in/deep"));
  folder_.Write("in/a.json", Quotes(kSet));
  folder_.Write("in/deep/b.json", Quotes(kBadSet));
  folder_.Write("in/deep/notes.txt", "not JSON");
  const Result result = Run("check " + folder_.Path("in"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, EndsWith("in 2 files\n"));
  fs::create_directories(folder_.Path("empty"));
  EXPECT_EQ(Run("check " + folder_.Path("empty")).status, 2);
}

TEST_F(CommandTest, StandardInputIsAFile) {
  EXPECT_EQ(Run("check - <" + set_).status, 0);
  const Result bad = Run("check - <" + bad_);
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.out, StartsWith("-:1:2: error[S-155]"));
  EXPECT_EQ(Run("compile - -o " + image_ + " <" + set_).status, 0);
}

TEST_F(CommandTest, CompileSaysWhatItDid) {
  const Result result = Run("compile --verify " + set_ + " -o " + image_);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("1 policy, 2 statements, 1 principal\n"));
  EXPECT_THAT(result.err, HasSubstr(" bytes, "));
  EXPECT_THAT(result.err, HasSubstr("verified: 5000 requests, "));
  EXPECT_THAT(result.err, Not(HasSubstr("\r")));
}

TEST_F(CommandTest, CountsHaveTheirPlural) {
  const Result result =
      Run("compile " + folder_.Write("none.json", "{}") + " -o " + image_);
  EXPECT_THAT(result.err, StartsWith("0 policies, 0 statements, 0 principals"));
}

TEST_F(CommandTest, CompileIsRepeatable) {
  Compile();
  const std::string first = ReadWhole(image_);
  Compile();
  EXPECT_EQ(first, ReadWhole(image_));
  EXPECT_EQ(Run("compile --strip --verify " + set_ + " -o " + image_).status,
            0);
  EXPECT_LT(ReadWhole(image_).size(), first.size());
  EXPECT_EQ(Run("compile --memory-budget 0 --verify " + set_ + " -o " + image_)
                .status,
            0);
}

TEST_F(CommandTest, ErrorsLeaveTheImageAlone) {
  folder_.Write("set.image", "precious");
  const Result result = Run("compile " + bad_ + " -o " + image_);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("error[S-155]"));
  EXPECT_EQ(ReadWhole(image_), "precious");
  Compile();
  EXPECT_NE(ReadWhole(image_), "precious");
  EXPECT_THAT(FilesInFolder(),
              ::testing::UnorderedElementsAre("set.json", "bad.json",
                                              "set.image", "stderr"));
}

TEST_F(CommandTest, ADeviceIsNotReplaced) {
  const Result result = Run("compile " + set_ + " -o /dev/null");
  EXPECT_EQ(result.status, 2);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(CommandTest, DecideFromFlags) {
  Compile();
  const Result allowed = Run("decide " + image_ + kAna);
  EXPECT_EQ(allowed.status, 0);
  EXPECT_EQ(allowed.out,
            Quotes("{'id': null, 'decision': 'allowed', 'decidedBy': "
                   "'identity', 'statement': 'p#Read'}\n"));
  EXPECT_THAT(allowed.err, IsEmpty());
  EXPECT_EQ(Run("decide " + image_ + kAna + " --context app:Size=41").out,
            Quotes("{'id': null, 'decision': 'explicitDeny', 'decidedBy': "
                   "'identity', 'statement': 'p#Heavy'}\n"));
  EXPECT_EQ(Run("decide " + image_ +
                " --principal-service s3.amazonaws.com --action s3:GetObject "
                "--resource arn:aws:s3:::docs/blue/a")
                .out,
            Quotes("{'id': null, 'decision': 'implicitDeny', 'decidedBy': "
                   "'resource'}\n"));
}

TEST_F(CommandTest, ContextFlags) {
  Compile();
  // A key that comes twice is a list, which a plain operator never matches.
  EXPECT_THAT(Run("decide " + image_ + kAna +
                  " --context app:Size=41 --context app:Size=42")
                  .out,
              HasSubstr("allowed"));
  EXPECT_THAT(Run("decide " + image_ + kAna + " --context app:Note=a=b").out,
              HasSubstr("allowed"));
  EXPECT_THAT(
      Run("decide " + image_ + kAna + " --context aws:PrincipalTag/team=red")
          .out,
      HasSubstr("`aws:PrincipalTag/team`: a context key that is derived has "
                "another value (S-173)"));
  EXPECT_THAT(Run("decide " + image_ + kAna +
                  " --no-derive --context aws:PrincipalTag/team=red")
                  .out,
              HasSubstr("implicitDeny"));
}

TEST_F(CommandTest, ContextFlagsTakeSeveralPairs) {
  Compile();
  EXPECT_THAT(
      Run("decide --context app:Note=a app:Size=41 " + image_ + kAna).out,
      HasSubstr("explicitDeny"));
  EXPECT_THAT(
      Run("decide " + image_ + kAna + " --context app:Note=a image").err,
      HasSubstr("not expected: image"));
  for (const char* verb : {"decide", "explain", "assume-role"}) {
    EXPECT_THAT(Run(std::string(verb) + " --help").out,
                HasSubstr("--context K=V ..."));
  }
}

TEST_F(CommandTest, ContextFlagsThatAreLists) {
  Compile();
  struct Row {
    const char* pairs;
    const char* seen;
  };
  const Row rows[] = {
      {"app:Size=1", "'list': false, 'values': ['1']"},
      {"'app:Size[]=1'", "'list': true, 'values': ['1']"},
      {"'app:Size[]='", "'list': true, 'values': ['']"},
      {"app:Size=1 app:Size=2", "'list': true, 'values': ['1', '2']"},
      {"'app:Size[]=1' 'app:Size[]=2'", "'list': true, 'values': ['1', '2']"},
      {"'app:Size[]=1' app:Size=2", "'list': true, 'values': ['1', '2']"},
      {"app:Size=1 'app:Size[]=2'", "'list': true, 'values': ['1', '2']"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(Run("explain --format json " + image_ + kAna + " --context " +
                    row.pairs)
                    .out,
                HasSubstr(Quotes(row.seen)))
        << row.pairs;
  }
  EXPECT_EQ(Run("decide " + image_ + kAna + " --context '[]=1'").status, 2);
}

TEST_F(CommandTest, ADerivedKeyOfAnotherForm) {
  Compile();
  const std::string team = "aws:PrincipalTag/team";
  const std::string form =
      "`" + team +
      "`: a context key that is derived has another form; expected a single "
      "value (S-173)";
  const std::string ask = image_ + kAna + " --context '" + team + "[]=";
  EXPECT_THAT(Run("decide " + ask + "blue'").out, HasSubstr(form));
  EXPECT_THAT(Run("explain " + ask + "blue'").out, HasSubstr(form));
  EXPECT_THAT(Run("decide " + ask + "blue' aws:username=eve").out,
              HasSubstr(form));
  EXPECT_THAT(Run("decide " + ask + "red'").out, HasSubstr("another value"));
  EXPECT_THAT(Run("decide " + image_ +
                  " --principal-service s3.amazonaws.com --action s3:GetObject"
                  " --resource '*' --context "
                  "aws:PrincipalServiceNamesList=s3.amazonaws.com")
                  .out,
              HasSubstr("expected a list (S-173)"));
}

TEST_F(CommandTest, ExitCode) {
  Compile();
  const std::string decide = "decide --exit-code " + image_;
  EXPECT_EQ(Run(decide + kAna).status, 0);
  EXPECT_EQ(Run(decide + kAna + " --context app:Size=41").status, 1);
  EXPECT_EQ(Run("decide " + image_ + kAna + " --context app:Size=41").status,
            0);
  EXPECT_EQ(Run(decide + kAna + " --context aws:username=eve").status, 1);
}

TEST_F(CommandTest, SessionFiles) {
  Compile();
  const std::string bare = folder_.Write("s.json", Quotes("{'mfa': true}"));
  const std::string issued = folder_.Write(
      "issued.json",
      Quotes("{'principal': 'arn:aws:iam::111122223333:user/ana', 'session': "
             "{'expiresAt': '2001-01-01'}}"));
  EXPECT_THAT(Run("decide " + image_ + kAna + " --session " + bare).out,
              HasSubstr("allowed"));
  const std::string rest =
      " --action s3:GetObject --resource arn:aws:s3:::docs/blue/a";
  EXPECT_THAT(Run("decide " + image_ + rest + " --session " + issued).out,
              HasSubstr("(S-142)"));
  EXPECT_EQ(Run("decide " + image_ + " --principal '*'" + rest + " --session " +
                issued)
                .status,
            2);
}

struct SessionFileRow {
  const char* text;
  const char* error;
};

// A file that holds no session is one error with its place. It cannot smuggle
// in more than a session.
TEST_F(CommandTest, SessionFilesThatAreNone) {
  Compile();
  const SessionFileRow rows[] = {
      {"", ": error[S-160]: the input is empty; "},
      {"{'mfa': true}, 'derive': false", ":1:14: error[S-4]: "},
      {"{'session': {}, 'derive': false}",
       ":1:17: unknown member `derive` of the session file; expected one of "
       "`principal`, `session` (S-170)"},
      {"{\n 'foo': 1}", ":2:2: unknown member `foo` of the session; "},
      {"{'session': {'mfa': true, 'foo': 1}}", ":1:27: unknown member `foo` "},
      {"{'mfa': 5}", ":1:2: `session.mfa`: expected a boolean, found a number"},
      {"{'principal': 5}", ":1:2: `principal`: expected a string"},
      {"{'claims': {'a': {}}}", ":1:1: `context.a`: expected a string"},
      {"{'claims': {'Aws:CurrentTime': '1999-01-01'}}",
       ":1:2: `session.claims.Aws:CurrentTime`: no claim is a key of AWS "
       "(S-173)"},
      {"5", ":1:1: `session`: expected an object"},
  };
  for (const SessionFileRow& row : rows) {
    const std::string file = folder_.Write("bad.json", Quotes(row.text));
    for (const char* verb : {"decide ", "explain --format json "}) {
      const Result result = Run(verb + image_ + kAna + " --session " + file);
      EXPECT_EQ(result.status, 1) << row.text;
      EXPECT_THAT(result.err, StartsWith("portcullis: " + file + row.error));
      EXPECT_THAT(result.out, StartsWith(Quotes("{'id': null, 'error': ")));
    }
  }
}

constexpr const char* kRequests =
    "{'id': 'a', 'principal': 'arn:aws:iam::111122223333:user/ana', 'action': "
    "'s3:GetObject', 'resource': 'arn:aws:s3:::docs/blue/x'}\n"
    "\n"
    "{'id': 2, 'principal': 'arn:aws:iam::111122223333:user/ana', 'action': "
    "'s3:PutObject', 'resource': 'arn:aws:s3:::docs/blue/x'}\n"
    "{'id': 'c', 'nonsense': 5}\n"
    "not JSON";

TEST_F(CommandTest, DecideJsonLines) {
  Compile();
  const std::string file = folder_.Write("r.jsonl", Quotes(kRequests));
  const Result result = Run("decide " + image_ + " --requests " + file);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(
      result.out,
      StartsWith(Quotes(
          "{'id': 'a', 'decision': 'allowed', 'decidedBy': 'identity', "
          "'statement': 'p#Read'}\n"
          "{'id': 2, 'decision': 'implicitDeny', 'decidedBy': 'identity'}\n"
          "{'id': 'c', 'error': 'line 4: unknown member `nonsense` of the "
          "request; ")));
  EXPECT_THAT(result.out,
              HasSubstr(Quotes("{'id': null, 'error': 'line 5: not valid")));
  EXPECT_EQ(Run("decide " + image_ + " --requests - <" + file).out, result.out);
  EXPECT_EQ(Run("decide --exit-code " + image_ + " --requests " + file).status,
            1);
}

// More lines than one thread takes, and more than one read brings.
TEST_F(CommandTest, ADuplicateKeyOfALineHasItsPlace) {
  Compile();
  const std::string file =
      folder_.Write("r.jsonl", Quotes("{'id': 1}\n\n{'id': 2, 'id': 3}\n"));
  for (const char* verb : {"decide ", "explain "}) {
    EXPECT_THAT(Run(verb + image_ + " --requests " + file).out,
                HasSubstr("line 3: duplicate key `id`; it first stands at 3:2 "
                          "(S-5)"));
  }
}

TEST_F(CommandTest, ManyRequestsKeepTheirOrder) {
  Compile();
  std::string requests;
  constexpr size_t kCount = 20'000;
  for (size_t i = 0; i < kCount; ++i) {
    requests += "{'id': " + std::to_string(i) +
                ", 'principal': 'arn:aws:iam::111122223333:user/ana', "
                "'action': 's3:GetObject', 'resource': 'arn:aws:s3:::docs/" +
                (i % 3 == 0 ? "blue" : "red") + "/x'}\n";
  }
  const std::string file = folder_.Write("many.jsonl", Quotes(requests));
  const std::string out = Run("decide " + image_ + " --requests " + file).out;
  size_t at = 0;
  for (size_t i = 0; i < kCount; ++i) {
    const std::string expected =
        Quotes("{'id': " + std::to_string(i) + ", 'decision': '" +
               (i % 3 == 0 ? "allowed'" : "implicitDeny'"));
    ASSERT_EQ(out.substr(at, expected.size()), expected);
    at = out.find('\n', at) + 1;
  }
  EXPECT_EQ(at, out.size());
}

// A program asks, reads the answer, and only then asks again.
TEST_F(CommandTest, AnswersBeforeItWaits) {
  Compile();
  const std::string ask =
      "{'id': 1, 'principal': '*', 'action': 'a:b', 'resource': '*'}";
  const std::string pipe = folder_.Path("pipe");
  const Result result = Shell(
      "mkfifo " + pipe + " && (" + PORTCULLIS_BINARY + " decide " + image_ +
      " --requests - <" + pipe + " & exec 3>" + pipe + "; echo '" +
      Quotes(ask) + "' >&3; sleep 0.5; echo asked again; exec 3>&-; wait)");
  EXPECT_THAT(result.out, EndsWith("}\nasked again\n"));
}

TEST_F(CommandTest, AReaderThatGoesAwayIsNoCrash) {
  Compile();
  const Result result =
      Shell("yes '{}' | " + std::string(PORTCULLIS_BINARY) + " decide " +
            image_ + " --requests - | head -n 1");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, StartsWith(Quotes("{'id': null, 'error': ")));
}

TEST_F(CommandTest, ExplainTellsWhy) {
  Compile();
  const Result text =
      Run("explain " + image_ + kAna + " --context app:Size=41");
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.out, StartsWith("decision: explicitDeny\ndecided by: "
                                   "identity: an explicit deny in an "
                                   "identity-based policy\n"
                                   "statement: `p#Heavy`\n"));
  EXPECT_THAT(text.out, HasSubstr(set_ + ":1:"));
  const std::string file = folder_.Write("r.jsonl", Quotes(kRequests));
  const Result json =
      Run("explain --format json " + image_ + " --requests " + file);
  EXPECT_EQ(json.status, 0);
  EXPECT_TRUE(IsJson(json.out.substr(0, json.out.find('\n')))) << json.out;
  EXPECT_THAT(json.out, HasSubstr(Quotes("{'id': 'c', 'error': 'line 4")));
  const Result several = Run("explain " + image_ + " --requests " + file);
  EXPECT_THAT(several.out, StartsWith("request: \"a\"\ndecision: allowed\n"));
  EXPECT_THAT(several.out, HasSubstr("request: \"c\"\nrefused: line 4: "));
}

TEST_F(CommandTest, ImagesThatAreDamagedAreOne) {
  Compile();
  std::string bytes = ReadWhole(image_);
  bytes[bytes.size() / 2] ^= 1;
  const std::string damaged = folder_.Write("damaged.image", bytes);
  EXPECT_EQ(Run("decide " + damaged + kAna).status, 1);
  EXPECT_EQ(Run("decide " + set_ + kAna).status, 1);
  EXPECT_EQ(Run("dump " + damaged).status, 1);
}

TEST_F(CommandTest, MessagesNameAnImageOnce) {
  Compile();
  const std::string none = folder_.Path("none.image");
  EXPECT_EQ(
      Run("decide " + none + kAna).err,
      "portcullis: cannot open `" + none + "`: No such file or directory\n");
  const std::string damaged =
      folder_.Write("damaged.image", ReadWhole(image_) + "x");
  const std::string message = Run("decide " + damaged + kAna).err;
  EXPECT_THAT(message, StartsWith("portcullis: image `" + damaged + "`: "));
  EXPECT_EQ(message.find(damaged), message.rfind(damaged)) << message;
}

std::string Case(const std::string& expect) {
  return Quotes(std::string("{'name': 'c', 'policySet': ") + kSet +
                ", 'requests': [{'name': 'r', 'principal': "
                "'arn:aws:iam::111122223333:user/ana', 'action': "
                "'s3:GetObject', 'resource': 'arn:aws:s3:::docs/blue/a', "
                "'expect': '" +
                expect + "'}]}");
}

TEST_F(CommandTest, TestStatusesAndFormats) {
  const std::string good = folder_.Write("good.json", Case("allowed"));
  const std::string wrong = folder_.Write("wrong.json", Case("explicitDeny"));
  const Result text = Run("test " + good);
  EXPECT_EQ(text.status, 0);
  EXPECT_EQ(text.out, "2 passed, 0 failed\n");
  EXPECT_THAT(text.err, IsEmpty());
  const Result failed = Run("test " + good + " " + wrong);
  EXPECT_EQ(failed.status, 1);
  EXPECT_THAT(failed.out, EndsWith("2 passed, 2 failed\n"));
  const Result jsonl = Run("test --format jsonl --engine compiled " + wrong);
  EXPECT_EQ(jsonl.status, 1);
  EXPECT_TRUE(IsJson(jsonl.out)) << jsonl.out;
  EXPECT_EQ(jsonl.err, "0 passed, 1 failed\n");
  const Result junit = Run("test --format junit " + good);
  EXPECT_THAT(junit.out, StartsWith("<?xml"));
  EXPECT_EQ(junit.err, "2 passed, 0 failed\n");
  EXPECT_EQ(Run("test - <" + good).out, "2 passed, 0 failed\n");
}

TEST_F(CommandTest, AFolderHoldsCasesOfEveryForm) {
  fs::create_directories(folder_.Path("cases/deep"));
  folder_.Write("cases/a.json", Case("allowed"));
  folder_.Write("cases/b.jsonl", Case("allowed") + "\n" + Case("allowed"));
  folder_.Write("cases/deep/c.jsonl", Case("explicitDeny"));
  folder_.Write("cases/deep/d.ndjson", Case("allowed"));
  folder_.Write("cases/notes.txt", "no case");
  EXPECT_THAT(Run("test " + folder_.Path("cases")).out,
              EndsWith("8 passed, 2 failed\n"));
  fs::create_directories(folder_.Path("none"));
  const Result none = Run("test " + folder_.Path("none"));
  EXPECT_EQ(none.status, 2);
  EXPECT_THAT(none.err, HasSubstr("holds no `*.json` or `*.jsonl` or "
                                  "`*.ndjson` file"));
}

// Reading a pipe that nobody writes to would never end.
TEST_F(CommandTest, AFolderHoldsRegularFilesOnly) {
  fs::create_directories(folder_.Path("odd"));
  const std::string pipe = folder_.Path("odd/pipe.json");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const Result result = Run("check " + folder_.Path("odd"));
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err,
              HasSubstr("cannot open `" + pipe + "`: it is no regular file"));
}

TEST_F(CommandTest, ARunWithoutAnyTestFails) {
  for (const std::string& file : {folder_.Write("empty.json", "[]"),
                                  folder_.Write("empty.jsonl", "\n\n")}) {
    const Result result = Run("test " + file);
    EXPECT_EQ(result.status, 1) << file;
    EXPECT_EQ(result.out, "0 passed, 0 failed\n") << file;
    EXPECT_THAT(result.err, HasSubstr("no case asks anything")) << file;
  }
}

TEST_F(CommandTest, TestWithPoliciesOrImage) {
  Compile();
  const std::string bare = folder_.Write(
      "bare.json",
      Quotes("{'name': 'c', 'requests': [{'principal': "
             "'arn:aws:iam::111122223333:user/ana', 'action': 's3:GetObject', "
             "'resource': 'arn:aws:s3:::docs/blue/a', 'expect': 'allowed'}]}"));
  const std::string more = folder_.Write("more.json", "{}");
  EXPECT_EQ(Run("test " + bare).status, 1);
  EXPECT_EQ(
      Run("test --policies " + set_ + " --policies " + more + " " + bare).out,
      "2 passed, 0 failed\n");
  EXPECT_EQ(Run("test --image " + image_ + " " + bare).out,
            "1 passed, 0 failed\n");
  EXPECT_EQ(
      Run("test --image " + image_ + " --policies " + set_ + " " + bare).out,
      "2 passed, 0 failed\n");
  EXPECT_EQ(Run("test --policies " + bad_ + " " + bare).status, 1);
}

TEST_F(CommandTest, DumpShowsEveryStage) {
  Compile();
  EXPECT_THAT(Run("dump " + set_).out, StartsWith("policy `p`\ndocument "));
  for (const char* stage :
       {"ast", "statements", "patterns", "conditions", "automaton", "image"}) {
    const Result result =
        Run(std::string("dump --stage ") + stage + " " + set_);
    EXPECT_EQ(result.status, 0) << stage;
    EXPECT_THAT(result.out, Not(IsEmpty())) << stage;
  }
  EXPECT_EQ(Run("dump " + image_).out, Run("dump --stage image " + set_).out);
  EXPECT_EQ(Run("dump " + bad_).status, 1);
  const std::string document = folder_.Write(
      "document.json",
      Quotes("{'Statement': {'Effect': 'Allow', 'Action': 's3:*', "
             "'Resource': '*'}}"));
  EXPECT_THAT(Run("dump " + document).out, StartsWith("policy `document`\n"));
  EXPECT_THAT(Run("dump --stage statements " + document).out,
              HasSubstr("s3:*"));
}

}  // namespace
}  // namespace portcullis
