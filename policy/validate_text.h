// validate_text.h -- Internal to stage 4: use validate.h.
#ifndef PORTCULLIS_POLICY_VALIDATE_TEXT_H_
#define PORTCULLIS_POLICY_VALIDATE_TEXT_H_

#include <string>

#include "policy/document.h"
#include "policy/issue.h"

namespace portcullis {

// Issues about the texts of one document. Borrows its arguments.
class TextChecker {
 public:
  TextChecker(const Document& document, Issues& issues)
      : document_(document), issues_(issues) {}

  const Document& document() const { return document_; }

  void Error(const Text& text, const char* rule, std::string message,
             std::string hint = "") const;
  void Warning(const Text& text, const char* rule, std::string message,
               std::string hint = "") const;

  // Of a text that takes variables: a malformed default value where they are
  // active (S-52), a variable where they are not (S-50).
  void Variables(const Text& text) const;
  // Of a text that takes none: a variable all the same (S-54).
  void NoVariables(const Text& text, const char* place) const;
  // A `<name>` that someone forgot to fill in; it means itself (S-33).
  void Placeholder(const Text& text) const;

 private:
  const Document& document_;
  Issues& issues_;
};

// One pair of a Condition (S-27, S-33, S-50, S-52, S-54, S-73, S-77, S-78).
void CheckCondition(const Condition& condition, const TextChecker& check);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_VALIDATE_TEXT_H_
