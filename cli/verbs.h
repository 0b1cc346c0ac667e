// verbs.h -- the verbs of the command, one file each.
#ifndef PORTCULLIS_CLI_VERBS_H_
#define PORTCULLIS_CLI_VERBS_H_

#include <functional>

namespace CLI {
class App;
}

namespace portcullis::cli {

// A verb as the command line knows it. `run` does it with the flags that were
// parsed and returns the exit status.
struct Verb {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

Verb AddCheck(CLI::App& app);
Verb AddCompile(CLI::App& app);
Verb AddDecide(CLI::App& app);
Verb AddExplain(CLI::App& app);
Verb AddTest(CLI::App& app);
Verb AddDump(CLI::App& app);

// Sessions (assume.cc).
Verb AddAssumeRole(CLI::App& app);
Verb AddAssumeRoleWithWebIdentity(CLI::App& app);
Verb AddAssumeRoleWithSaml(CLI::App& app);
Verb AddGetFederationToken(CLI::App& app);
Verb AddGetSessionToken(CLI::App& app);
Verb AddAssumeRoot(CLI::App& app);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_VERBS_H_
