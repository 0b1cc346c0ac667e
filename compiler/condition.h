// Internal: use compile.h. Stage 7: conditions -> condition programs.
//
// Constants are parsed once and written in the form that the runtime compares
// with; equal conditions are one record (S-60 to S-81).
#ifndef PORTCULLIS_COMPILER_CONDITION_H_
#define PORTCULLIS_COMPILER_CONDITION_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "compiler/normalize.h"
#include "compiler/tables.h"

namespace portcullis {

class ConditionCompiler {
 public:
  explicit ConditionCompiler(Tables& tables) : tables_(tables) {}

  // The condition record of `condition`; `variables` tells whether its
  // document's variables are active.
  uint32_t Add(const NormalCondition& condition, bool variables);

 private:
  ConditionRecord Compile(const NormalCondition& condition, bool variables);
  void AddStrings(const NormalCondition& condition, bool variables,
                  ConditionRecord& record);
  void AddTruths(const NormalCondition& condition, bool variables,
                 ConditionRecord& record);
  void AddBinaries(const NormalCondition& condition, ConditionRecord& record);
  void AddNumbers(const NormalCondition& condition, ConditionRecord& record);
  void AddDates(const NormalCondition& condition, ConditionRecord& record);
  void AddAddresses(const NormalCondition& condition, ConditionRecord& record);
  void AddArns(const NormalCondition& condition, bool variables,
               ConditionRecord& record);

  Tables& tables_;
  absl::flat_hash_map<std::string, uint32_t> index_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_CONDITION_H_
