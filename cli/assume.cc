// The verbs that issue sessions: `assume-role` and its siblings.
#include <CLI/App.hpp>
#include <memory>
#include <string>

#include "cli/assume_flags.h"
#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/image_input.h"
#include "cli/issued_session.h"
#include "cli/verbs.h"
#include "session/session.h"

namespace portcullis::cli {
namespace {

int Run(const AssumeFlags& flags) {
  const OpenedImage opened = OpenImage(flags.image);
  if (!opened.file) return opened.status;
  AssumeCall call;
  if (!call.Read(flags)) {
    PrintMessage(call.error());
    return call.status();
  }
  const SessionResult result =
      IssueSession(opened.file->view(), call.request());
  for (const SessionProblem& problem : result.problems) {
    PrintMessage(ProblemText(problem));
  }
  if (!result.session) return kNegative;
  Print(CredentialsJson(*result.session) + "\n");
  return kDone;
}

Verb AddVerb(CLI::App& app, SessionOperation operation, const char* name,
             const char* help) {
  const auto flags = std::make_shared<AssumeFlags>();
  flags->operation = operation;
  CLI::App* verb = app.add_subcommand(name, help);
  AddAssumeFlags(*verb, *flags);
  return {verb, [flags] { return Run(*flags); }};
}

}  // namespace

Verb AddAssumeRole(CLI::App& app) {
  return AddVerb(app, SessionOperation::kAssumeRole, "assume-role",
                 "issues a session of a role, or says why not");
}

Verb AddAssumeRoleWithWebIdentity(CLI::App& app) {
  return AddVerb(app, SessionOperation::kAssumeRoleWithWebIdentity,
                 "assume-role-with-web-identity",
                 "issues a session of a role for a verified token");
}

Verb AddAssumeRoleWithSaml(CLI::App& app) {
  return AddVerb(app, SessionOperation::kAssumeRoleWithSaml,
                 "assume-role-with-saml",
                 "issues a session of a role for a verified assertion");
}

Verb AddGetFederationToken(CLI::App& app) {
  return AddVerb(app, SessionOperation::kGetFederationToken,
                 "get-federation-token", "issues a federated user's session");
}

Verb AddGetSessionToken(CLI::App& app) {
  return AddVerb(app, SessionOperation::kGetSessionToken, "get-session-token",
                 "issues temporary credentials of a user");
}

Verb AddAssumeRoot(CLI::App& app) {
  return AddVerb(app, SessionOperation::kAssumeRoot, "assume-root",
                 "issues a session of a member account's root user");
}

}  // namespace portcullis::cli
