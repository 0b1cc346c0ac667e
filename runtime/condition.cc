#include "runtime/condition.h"

#include <algorithm>

#include "runtime/glob.h"
#include "runtime/letters.h"
#include "runtime/pattern.h"
#include "runtime/text.h"
#include "runtime/value.h"

namespace portcullis {
namespace {

// What one request value is to a pair.
enum class ValueOutcome : uint8_t { kNo, kYes, kMalformed };

ValueOutcome YesIf(bool yes) {
  return yes ? ValueOutcome::kYes : ValueOutcome::kNo;
}

bool IsNegatedOp(CompareOp op) {
  switch (op) {
    case CompareOp::kStringNotEquals:
    case CompareOp::kStringNotEqualsIgnoreCase:
    case CompareOp::kStringNotLike:
    case CompareOp::kNumericNotEquals:
    case CompareOp::kDateNotEquals:
    case CompareOp::kNotIpAddress:
    case CompareOp::kArnNotEquals:
    case CompareOp::kArnNotLike: return true;
    default: return false;
  }
}

// `request OP policy` for the ordering operators, whose codes follow `base`.
bool OrderHolds(CompareOp op, CompareOp base, std::strong_ordering order) {
  switch (static_cast<uint8_t>(op) - static_cast<uint8_t>(base)) {
    case 0:
    case 1:  // ...NotEquals: compared as equals, negated by the caller
      return order == 0;
    case 2: return order < 0;
    case 3: return order <= 0;
    case 4: return order > 0;
    default: return order >= 0;
  }
}

// Compares one request value with the policy values of one pair.
class Comparer {
 public:
  Comparer(const ImageTables& tables, const ConditionRecord& condition,
           Context& context)
      : t_(tables),
        c_(condition),
        op_(static_cast<CompareOp>(condition.op)),
        context_(context) {}

  // Before negation: does the value compare with some policy value? A policy
  // value that compares with nothing would count as different (S-27).
  ValueOutcome Compare(std::string_view value) {
    if (c_.unreadable != 0 && IsNegatedOp(op_)) return ValueOutcome::kMalformed;
    switch (op_) {
      case CompareOp::kStringEquals:
      case CompareOp::kStringNotEquals: return YesIf(EqualsSome(value));
      case CompareOp::kStringEqualsIgnoreCase:
      case CompareOp::kStringNotEqualsIgnoreCase:
        return YesIf(EqualsSomeFolded(value));
      case CompareOp::kStringLike:
      case CompareOp::kStringNotLike: return YesIf(LikeSome(value));
      case CompareOp::kBool: return CompareBool(value);
      case CompareOp::kBinaryEquals: return CompareBinary(value);
      case CompareOp::kIpAddress:
      case CompareOp::kNotIpAddress: return CompareAddress(value);
      case CompareOp::kArnEquals:
      case CompareOp::kArnNotEquals:
      case CompareOp::kArnLike:
      case CompareOp::kArnNotLike: return CompareArn(value);
      default:
        return op_ < CompareOp::kDateEquals ? CompareNumber(value)
                                            : CompareDate(value);
    }
  }

 private:
  std::span<const GlobRecord> Literals() const {
    return t_.globs.subspan(c_.begin, c_.literals);
  }
  std::span<const GlobRecord> Templates() const {
    return t_.globs.subspan(c_.begin + c_.literals, c_.count - c_.literals);
  }
  std::string_view LiteralText(GlobRecord glob) const {
    return t_.Text({glob.a, SizeOf(glob)});
  }

  // Binary search in the sorted literals; `order(text)` orders the value
  // against a literal.
  template <typename Order>
  bool IsLiteral(Order order) const {
    const auto literals = Literals();
    size_t low = 0;
    size_t high = literals.size();
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      const std::strong_ordering found = order(LiteralText(literals[middle]));
      if (found == 0) return true;
      (found > 0 ? low : high) = found > 0 ? middle + 1 : middle;
    }
    return false;
  }

  bool EqualsSome(std::string_view value) {
    if (IsLiteral([value](std::string_view text) { return value <=> text; })) {
      return true;
    }
    return std::any_of(
        Templates().begin(), Templates().end(), [&](GlobRecord glob) {
          return EqualsTemplate(t_, glob, value, LetterCase::kExact, context_);
        });
  }

  bool EqualsSomeFolded(std::string_view value) {
    if (IsLiteral([value](std::string_view text) {
          return CompareFolded(value, text);
        })) {
      return true;
    }
    return std::any_of(
        Templates().begin(), Templates().end(), [&](GlobRecord glob) {
          return EqualsTemplate(t_, glob, value, LetterCase::kFolded, context_);
        });
  }

  bool LikeSome(std::string_view value) {
    if (IsLiteral([value](std::string_view text) { return value <=> text; })) {
      return true;
    }
    return std::any_of(
        Templates().begin(), Templates().end(),
        [&](GlobRecord glob) { return MatchGlob(t_, glob, value, context_); });
  }

  ValueOutcome CompareBool(std::string_view value) {
    const auto given = ReadBool(value);
    if (!given) return ValueOutcome::kMalformed;
    if ((c_.literals & (*given ? 2u : 1u)) != 0) return ValueOutcome::kYes;
    const std::string_view text = *given ? "true" : "false";
    for (const GlobRecord glob : t_.globs.subspan(c_.begin, c_.count)) {
      if (EqualsTemplate(t_, glob, text, LetterCase::kFolded, context_)) {
        return ValueOutcome::kYes;
      }
    }
    return ValueOutcome::kNo;
  }

  ValueOutcome CompareBinary(std::string_view value) const {
    if (!IsBase64(value)) return ValueOutcome::kMalformed;
    return YesIf(IsLiteral([value](std::string_view bytes) {
      return CompareBase64(value, bytes);
    }));
  }

  ValueOutcome CompareNumber(std::string_view value) const {
    const auto number = ReadDecimal(value);
    if (!number) return ValueOutcome::kMalformed;
    for (const NumberRecord& policy : t_.numbers.subspan(c_.begin, c_.count)) {
      if (OrderHolds(op_, CompareOp::kNumericEquals,
                     CompareDecimal(*number, policy, t_.Text(policy.digits)))) {
        return ValueOutcome::kYes;
      }
    }
    return ValueOutcome::kNo;
  }

  ValueOutcome CompareDate(std::string_view value) const {
    const auto instant = ReadInstant(value);
    if (!instant) return ValueOutcome::kMalformed;
    for (const DateRecord& policy : t_.dates.subspan(c_.begin, c_.count)) {
      const InstantValue constant{policy.seconds, policy.nanoseconds};
      if (OrderHolds(op_, CompareOp::kDateEquals, *instant <=> constant)) {
        return ValueOutcome::kYes;
      }
    }
    return ValueOutcome::kNo;
  }

  ValueOutcome CompareAddress(std::string_view value) const {
    const auto address = ReadAddress(value);
    if (!address) return ValueOutcome::kMalformed;
    for (const AddressRecord& block :
         t_.addresses.subspan(c_.begin, c_.count)) {
      if (BlockContains(block, *address)) return ValueOutcome::kYes;
    }
    return ValueOutcome::kNo;
  }

  ValueOutcome CompareArn(std::string_view value) {
    const ArnColons colons = SplitArn(value);
    if (!colons.valid) return ValueOutcome::kMalformed;
    return YesIf(
        MatchList(t_, t_.pattern_lists[c_.begin], value, colons, context_));
  }

  const ImageTables& t_;
  const ConditionRecord& c_;
  const CompareOp op_;
  Context& context_;
};

// How the values of a key fare under one pair, negation included.
struct Tally {
  bool yes = false;
  bool no = false;
  bool malformed = false;
};

Tally CountValues(const ImageTables& tables, const ConditionRecord& condition,
                  const KeyValues& values, Context& context) {
  Comparer comparer(tables, condition, context);
  const bool negated = IsNegatedOp(static_cast<CompareOp>(condition.op));
  const bool skip_empty =
      static_cast<SetOp>(condition.set) == SetOp::kForAllValues &&
      values.form == KeyForm::kList;
  Tally tally;
  for (size_t i = 0; i < values.size(); ++i) {
    if (skip_empty && values[i].empty()) continue;  // S-67
    const ValueOutcome outcome = comparer.Compare(values[i]);
    if (outcome == ValueOutcome::kMalformed) {
      tally.malformed = true;
    } else {
      const bool yes = (outcome == ValueOutcome::kYes) != negated;
      (yes ? tally.yes : tally.no) = true;
    }
  }
  return tally;
}

uint8_t Outcome(bool in_allow, bool in_deny) {
  return static_cast<uint8_t>((in_allow ? kHoldsInAllow : 0) |
                              (in_deny ? kHoldsInDeny : 0));
}
uint8_t Always(bool holds) { return Outcome(holds, holds); }

uint8_t EvaluateNull(const ConditionRecord& condition, bool empty) {
  return Always((condition.literals & (empty ? 2u : 1u)) != 0);
}

uint8_t Evaluate(const ImageTables& tables, const ConditionRecord& condition,
                 Context& context) {
  const KeyValues values = context.Get(tables, condition.key);
  const bool empty = values.form == KeyForm::kAbsent || values.size() == 0;
  const auto op = static_cast<CompareOp>(condition.op);
  const auto set = static_cast<SetOp>(condition.set);
  if (op == CompareOp::kNull) return EvaluateNull(condition, empty);
  if (set == SetOp::kNone && empty) {
    return Always(condition.if_exists != 0 || IsNegatedOp(op));
  }
  if (set == SetOp::kNone && values.form == KeyForm::kList) {
    return Always(false);  // S-68
  }
  const KeyValues present = empty ? KeyValues{KeyForm::kList, {}, {}} : values;
  const Tally tally = CountValues(tables, condition, present, context);
  if (set == SetOp::kForAllValues) {
    return Outcome(!tally.no && !tally.malformed, !tally.no || tally.malformed);
  }
  return Outcome(tally.yes, tally.yes || tally.malformed);
}

}  // namespace

uint8_t EvaluateCondition(const ImageTables& tables, uint32_t condition,
                          Context& context) {
  const ConditionRecord& record = tables.conditions[condition];
  if (&tables != &context.tables()) return Evaluate(tables, record, context);
  Scratch& scratch = context.scratch();
  Scratch::ConditionSlot& slot = scratch.conditions[condition];
  if (slot.generation != scratch.generation) {
    slot.outcome = Evaluate(tables, record, context);
    slot.generation = scratch.generation;
  }
  return slot.outcome;
}

bool ConditionsHold(const ImageTables& tables, const StatementRecord& statement,
                    Context& context) {
  const uint8_t bit =
      (statement.flags & kStatementDeny) != 0 ? kHoldsInDeny : kHoldsInAllow;
  for (const uint32_t ref : tables.condition_refs.subspan(
           statement.condition_begin, statement.condition_count)) {
    if ((EvaluateCondition(tables, ref, context) & bit) == 0) {
      return false;
    }
  }
  return true;
}

std::optional<std::string_view> MalformedValue(const ImageTables& tables,
                                               const ConditionRecord& condition,
                                               Context& context) {
  const KeyValues values = context.Get(tables, condition.key);
  if (values.form == KeyForm::kAbsent ||
      static_cast<CompareOp>(condition.op) == CompareOp::kNull) {
    return std::nullopt;
  }
  Comparer comparer(tables, condition, context);
  for (size_t i = 0; i < values.size(); ++i) {
    if (comparer.Compare(values[i]) == ValueOutcome::kMalformed) {
      return values[i];
    }
  }
  return std::nullopt;
}

}  // namespace portcullis
