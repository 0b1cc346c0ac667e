#include "cli/command.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <exception>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/pair_flags.h"
#include "cli/verbs.h"
#include "policy/issue.h"
#include "policy/nearest.h"

namespace portcullis::cli {
namespace {

constexpr const char* kDescription =
    "Compiles AWS-IAM-style policies into an image and decides requests on it.";
constexpr const char* kFooter =
    "Exit status: 0 done; 1 a negative answer; 2 wrong flags or a file that "
    "cannot be opened or written; 3 an error of the command itself.";

using AddVerb = Verb (*)(CLI::App&);
constexpr AddVerb kVerbs[] = {AddCheck,
                              AddCompile,
                              AddDecide,
                              AddExplain,
                              AddTest,
                              AddDump,
                              AddAssumeRole,
                              AddAssumeRoleWithWebIdentity,
                              AddAssumeRoleWithSaml,
                              AddGetFederationToken,
                              AddGetSessionToken,
                              AddAssumeRoot};

// An empty text must not pass for a flag that is left out: a policy that is
// there limits a session, none does not.
std::string RefuseEmpty(const std::string& value) {
  return value.empty() ? "an empty text is no value" : "";
}

Verb WithFilledFlags(const Verb& verb) {
  for (CLI::Option* option : verb.app->get_options()) {
    option->check(RefuseEmpty);
  }
  return verb;
}

int Run(const std::vector<Verb>& verbs) {
  const auto chosen =
      std::find_if(verbs.begin(), verbs.end(),
                   [](const Verb& verb) { return verb.app->parsed(); });
  const int status = chosen->run();
  return FinishOutput() ? status : kUnusable;
}

// Null for no verb.
const Verb* FindVerb(const std::vector<Verb>& verbs, std::string_view name) {
  const auto found = std::find_if(
      verbs.begin(), verbs.end(),
      [name](const Verb& verb) { return verb.app->get_name() == name; });
  return found == verbs.end() ? nullptr : &*found;
}

int RefuseVerb(const std::vector<Verb>& verbs, std::string_view name) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs) names.push_back(verb.app->get_name());
  PrintMessage("no command " + Quoted(name) + "; " +
               Suggest(name, {names.begin(), names.end()}));
  return kUnusable;
}

// Prints what ends the parse: help, the version or a problem. A misspelt flag
// is named even where what it was meant to be is missing too.
int EndParse(const CLI::App& app, const CLI::ParseError& error) {
  const bool answer = error.get_exit_code() == 0;
  std::ostringstream out;
  if (answer || app.remaining_size(true) == 0) {
    app.exit(error, out);
  } else {
    app.exit(CLI::ExtrasError(app.get_name(), app.remaining(true)));
  }
  Print(out.str());
  return FinishOutput() && answer ? kDone : kUnusable;
}

int ParseAndRun(int argc, const char* const* argv) {
  CLI::App app{kDescription, "portcullis"};
  app.footer(kFooter);
  app.set_version_flag("--version", "portcullis " PORTCULLIS_VERSION);
  app.require_subcommand(1);
  std::vector<Verb> verbs;
  for (const AddVerb add : kVerbs) verbs.push_back(WithFilledFlags(add(app)));
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  if (!arguments.empty() && !arguments.front().starts_with('-')) {
    const Verb* verb = FindVerb(verbs, arguments.front());
    if (verb == nullptr) return RefuseVerb(verbs, arguments.front());
    arguments = RepeatPairFlags(*verb->app, arguments);
  }
  try {
    // The parser takes the last element for the first argument.
    std::reverse(arguments.begin(), arguments.end());
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return EndParse(app, error);
  }
  return Run(verbs);
}

}  // namespace

int RunCommand(int argc, const char* const* argv) {
  PrepareConsole();
  try {
    return ParseAndRun(argc, argv);
  } catch (const std::exception& error) {
    FlushOutput();
    PrintMessage(std::string("internal error: ") + error.what());
    return kInternal;
  }
}

}  // namespace portcullis::cli
