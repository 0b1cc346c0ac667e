#include "runtime/image_dump.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "runtime/explain.h"
#include "runtime/lookup.h"
#include "runtime/pattern.h"
#include "runtime/row.h"
#include "runtime/value.h"

namespace portcullis {
namespace {

constexpr std::array<const char*, kCompareOpCount> kOpNames = {
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
    "Null",
};

std::string Number(uint64_t value) { return std::to_string(value); }

std::string Index(uint32_t index) {
  return index == kNoIndex ? "-" : std::to_string(index);
}

std::string Join(const std::vector<std::string>& parts, const char* separator) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += separator;
    text += parts[i];
  }
  return text;
}

// Bytes beyond printable ASCII as \xNN, so that a dump is always text.
std::string Printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      out.push_back(c);
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof(escape), "\\x%02X", byte);
    out += escape;
  }
  return out;
}

// `a`, and \xNN for what is no character by itself.
std::string ByteText(uint32_t byte) {
  char text[8];
  const bool visible = byte > 0x20 && byte < 0x7F;
  std::snprintf(text, sizeof(text), visible ? "`%c`" : "\\x%02X", byte);
  return text;
}

std::string Base64(std::string_view bytes) {
  constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) {
      bits = bits << 8 |
             (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k])
                                   : 0u);
    }
    for (size_t k = 0; k < 4; ++k) {
      out.push_back(i + k <= bytes.size() ? kAlphabet[bits >> (18 - 6 * k) & 63]
                                          : '=');
    }
  }
  return out;
}

// A text of one image for one record at a time.
class Dumper {
 public:
  explicit Dumper(const ImageView& image) : t_(image.tables()) {}

  std::string Glob(GlobRecord glob) const {
    switch (KindOf(glob)) {
      case GlobKind::kAny: return "*";
      case GlobKind::kLiteral: return Text({glob.a, SizeOf(glob)});
      case GlobKind::kPrefix: return Text({glob.a, SizeOf(glob)}) + "*";
      case GlobKind::kAround:
        return Text(BeforeStar(glob)) + "*" + Text(BehindStar(glob));
      case GlobKind::kTokens: break;
    }
    std::string text;
    for (const TokenRecord& token : t_.tokens.subspan(glob.a, SizeOf(glob))) {
      text += TokenText(token);
    }
    return text;
  }

  std::string Pattern(const PatternRecord& pattern) const {
    if ((pattern.flags & kPatternAll) != 0) return "*";
    if ((pattern.flags & kPatternNever) != 0) return "(never matches)";
    std::string text = "arn";
    for (uint32_t i = 0; i < kPatternParts; ++i) {
      text += ":" + Glob(PatternPart(t_, pattern, i));
    }
    return text;
  }

  std::string Condition(uint32_t index) const {
    const ConditionRecord& c = t_.conditions[index];
    std::string text;
    if (c.set == static_cast<uint8_t>(SetOp::kForAllValues)) {
      text += "ForAllValues:";
    } else if (c.set == static_cast<uint8_t>(SetOp::kForAnyValue)) {
      text += "ForAnyValue:";
    }
    text += kOpNames[c.op];
    if (c.if_exists != 0) text += "IfExists";
    return text + " " + Text(t_.keys[c.key].name) + " {" +
           Join(Values(c), ", ") + "}";
  }

  std::string Statement(uint32_t index) const {
    const StatementRecord& s = t_.statements[index];
    std::string text = (s.flags & kStatementDeny) != 0 ? "deny" : "allow";
    if ((s.flags & kStatementPrincipal) != 0) {
      text +=
          Braced("principal", s.flags & kStatementNotPrincipal, Principals(s));
    }
    text += Braced("action", s.flags & kStatementNotAction, Actions(s));
    if ((s.flags & kStatementAnyResource) != 0) {
      text += " resource{*}";
    } else {
      text += Braced("resource", s.flags & kStatementNotResource,
                     Patterns(PatternsOf(t_, s)));
    }
    for (const uint32_t ref :
         t_.condition_refs.subspan(s.condition_begin, s.condition_count)) {
      text += " if " + Condition(ref);
    }
    return text;
  }

  std::string Image(const ImageView& image) const {
    std::string out;
    AddHeader(out);
    AddStatements(image, out);
    AddManagedPolicies(out);
    AddServices(out);
    AddActions(out);
    AddRuleSets(out);
    AddRows(out);
    AddTries(out);
    AddEntities(out);
    AddAccounts(out);
    AddResources(out);
    return out;
  }

 private:
  std::string Text(TextRef ref) const { return Printable(t_.Text(ref)); }

  std::string TokenText(const TokenRecord& token) const {
    switch (static_cast<TokenOp>(token.op)) {
      case TokenOp::kLiteral: return Text({token.a, token.b});
      case TokenOp::kQuestion: return std::string(token.a, '?');
      case TokenOp::kStar: return "*";
      case TokenOp::kVariable: break;
    }
    std::string text = "${" + Text(t_.keys[token.a].name);
    if (token.b != kNoIndex) text += ", '" + Text({token.b, token.c}) + "'";
    return text + "}";
  }

  static std::string Braced(const char* name, uint32_t complement,
                            const std::vector<std::string>& list) {
    return std::string(complement != 0 ? " !" : " ") + name + "{" +
           Join(list, ", ") + "}";
  }

  std::vector<std::string> Principals(const StatementRecord& s) const {
    constexpr const char* kNames[] = {"everyone", "account",   "arn",   "id",
                                      "service",  "federated", "nobody"};
    std::vector<std::string> list;
    for (const PrincipalEntryRecord& entry :
         t_.principal_entries.subspan(s.principal_begin, s.principal_count)) {
      list.push_back(std::string(kNames[entry.match]) + " " + Text(entry.text));
    }
    return list;
  }

  std::vector<std::string> Actions(const StatementRecord& s) const {
    std::vector<std::string> list;
    for (const uint32_t ref :
         t_.action_refs.subspan(s.action_begin, s.action_count)) {
      list.push_back(Glob(t_.globs[ref]));
    }
    return list;
  }

  std::vector<std::string> Patterns(
      std::span<const PatternRecord> patterns) const {
    std::vector<std::string> texts;
    for (const PatternRecord& pattern : patterns) {
      texts.push_back(Pattern(pattern));
    }
    return texts;
  }

  std::vector<std::string> Values(const ConditionRecord& c) const {
    const auto op = static_cast<CompareOp>(c.op);
    if (op == CompareOp::kBool || op == CompareOp::kNull) return Truths(c);
    if (op >= CompareOp::kArnEquals && op <= CompareOp::kArnNotLike) {
      const PatternListRecord& list = t_.pattern_lists[c.begin];
      return Patterns(t_.patterns.subspan(list.begin, list.count));
    }
    std::vector<std::string> list;
    for (uint32_t i = c.begin; i < c.begin + c.count; ++i) {
      list.push_back(Value(op, i));
    }
    return list;
  }

  std::vector<std::string> Truths(const ConditionRecord& c) const {
    std::vector<std::string> list;
    if ((c.literals & 1) != 0) list.push_back("false");
    if ((c.literals & 2) != 0) list.push_back("true");
    for (const GlobRecord glob : t_.globs.subspan(c.begin, c.count)) {
      list.push_back(Glob(glob));
    }
    return list;
  }

  std::string Value(CompareOp op, uint32_t i) const {
    if (op <= CompareOp::kStringNotLike) return Glob(t_.globs[i]);
    if (op == CompareOp::kBinaryEquals) {
      return Base64(t_.Text({t_.globs[i].a, SizeOf(t_.globs[i])}));
    }
    if (op <= CompareOp::kNumericGreaterThanEquals) return Decimal(i);
    if (op <= CompareOp::kDateGreaterThanEquals) return Date(i);
    return Address(t_.addresses[i]);
  }

  // As a plain decimal where that is short, else with an exponent.
  std::string Decimal(uint32_t i) const {
    const NumberRecord& number = t_.numbers[i];
    std::string digits = Text(number.digits);
    if (digits.empty()) return "0";
    const std::string sign = number.negative != 0 ? "-" : "";
    const auto size = static_cast<int64_t>(digits.size());
    if (number.exponent > 20 || number.exponent < -5) {
      return sign + "0." + digits + "e" + std::to_string(number.exponent);
    }
    if (number.exponent <= 0) {
      const auto zeros = static_cast<size_t>(-number.exponent);
      return sign + "0." + std::string(zeros, '0') + digits;
    }
    if (size <= number.exponent) {
      const auto zeros = static_cast<size_t>(number.exponent - size);
      return sign + digits + std::string(zeros, '0');
    }
    return sign + digits.insert(static_cast<size_t>(number.exponent), ".");
  }

  std::string Date(uint32_t i) const {
    const DateRecord& date = t_.dates[i];
    char buffer[32];
    return std::string(FormatInstant({date.seconds, date.nanoseconds}, buffer));
  }

  static std::string Address(const AddressRecord& address) {
    std::string text;
    char buffer[8];
    for (int i = 0; i < (address.is_v6 != 0 ? 8 : 4); ++i) {
      if (address.is_v6 != 0) {
        std::snprintf(buffer, sizeof(buffer), "%x",
                      address.bytes[2 * i] << 8 | address.bytes[2 * i + 1]);
      } else {
        std::snprintf(buffer, sizeof(buffer), "%d", address.bytes[i]);
      }
      text += std::string(i == 0               ? ""
                          : address.is_v6 != 0 ? ":"
                                               : ".") +
              buffer;
    }
    return text + "/" + std::to_string(address.bits);
  }

  void AddHeader(std::string& out) const {
    const ImageHeader& header = *t_.header;
    char digest[20];
    std::snprintf(digest, sizeof(digest), "%016llx",
                  static_cast<unsigned long long>(header.digest));
    out += "image version " + Number(header.version) + ", " +
           Number(header.image_bytes) + " bytes, digest " + digest + "\n";
    if (header.session != kNoIndex) {
      out += "session: rule set " + Number(header.session) + "\n";
    }
    if (header.organization_id.size > 0) {
      out += "organization " + Text(header.organization_id) + "\n";
    }
    if ((header.flags & kImageAllServicesRcp) != 0) {
      out += "RCPs reach every service\n";
    }
  }

  void AddStatements(const ImageView& image, std::string& out) const {
    for (uint32_t i = 0; i < t_.statements.size(); ++i) {
      out += "statement " + Number(i) + " " +
             Printable(StatementLabel(image, i)) + ": " + Statement(i) + "\n";
    }
  }

  void AddManagedPolicies(std::string& out) const {
    for (const ManagedPolicyRecord& managed : t_.managed_policies) {
      out += "managed policy " + Text(managed.arn) + ": policy " +
             Number(managed.policy) + "\n";
    }
  }

  void AddServices(std::string& out) const {
    for (uint32_t i = 0; i < t_.services.size(); ++i) {
      const bool rcp = (t_.services[i].flags & kServiceRcp) != 0;
      out += "service " + Number(i) + " " + Text(t_.services[i].name) +
             (rcp ? ": RCPs reach it\n" : "\n");
    }
    for (uint32_t i = 0; i < t_.keys.size(); ++i) {
      const bool plain =
          t_.keys[i].kind == static_cast<uint32_t>(KeyKind::kPlain);
      out += "key " + Number(i) + " " + Text(t_.keys[i].name) +
             (plain ? "\n" : ": derived\n");
    }
  }

  void AddActions(std::string& out) const {
    for (const ActionPointRecord& point : t_.action_points) {
      out += "action " + Text(point.text) + ": service " +
             Index(point.service) + ", rank " + Number(point.rank) + "\n";
    }
  }

  void AddRuleSets(std::string& out) const {
    for (uint32_t i = 0; i < t_.rule_sets.size(); ++i) {
      const RuleSetRecord& set = t_.rule_sets[i];
      out += "rule set " + Number(i) + ": policies";
      for (const uint32_t policy :
           t_.policy_refs.subspan(set.policy_begin, set.policy_count)) {
        out += " " + Number(policy);
      }
      out += (set.flags & kRuleSetByPolicy) != 0
                 ? ", without rows\n"
                 : ", any row " + Index(set.any_row) + "\n";
    }
    for (uint32_t i = 0; i < t_.rule_sets.size(); ++i) {
      const RowTable& table = t_.rule_sets[i].rows;
      if (table.begin == kNoIndex) continue;
      for (uint32_t service = 0; service < t_.services.size(); ++service) {
        const uint32_t row = FindRow(t_, service, HomeSlot(table, service));
        if (row == kNoIndex) continue;
        out += "rule set " + Number(i) + " " + Text(t_.services[service].name) +
               ": row " + Number(row) + "\n";
      }
    }
  }

  void AddRows(std::string& out) const {
    for (uint32_t begin = 0; begin < t_.rows.size();) {
      const Row row = RowAt(t_, begin, 0);
      const RowShape shape = ShapeOf(row.words[0]);
      const uint64_t trie = row.has_trie() ? row.words[shape.trie] : kNoIndex;
      out += "row " + Number(begin) + ": " + Number(row.denies) + " deny, " +
             Number(row.entries - row.denies) + " allow, trie " +
             Index(static_cast<uint32_t>(trie)) + "\n";
      for (size_t i = 0; i < row.entries; ++i) {
        const RowEntryFields entry = RowEntryAt(row.words, i);
        out += "  [" + Number(entry.low) + " .. " + Number(entry.high) + "] " +
               ((entry.reference & kEntryCheck) != 0 ? "check " : "") +
               ((entry.reference & kEntryWhole) != 0 ? "whole " : "") +
               "statement " + Number(entry.reference & kEntryStatement) + "\n";
      }
      begin += static_cast<uint32_t>(shape.words);
    }
  }

  void AddTries(std::string& out) const {
    for (uint32_t i = 0; i < t_.tries.size(); ++i) {
      const TrieRecord& trie = t_.tries[i];
      out += "trie " + Number(i) + ": " + Number(trie.targets) + " targets\n";
      for (uint32_t k = 0; k < trie.node_count; ++k) {
        AddTrieNode(trie.root + k, out);
      }
    }
  }

  void AddTrieNode(uint32_t index, std::string& out) const {
    const TrieNodeRecord& node = t_.trie_nodes[index];
    out += "  node " + Number(index) + ":";
    if (node.is_star != 0) out += " loops on every byte";
    if (node.is_question != 0) out += " loops inside a character";
    for (const TrieEdgeRecord& edge :
         t_.trie_edges.subspan(node.edge_begin, node.edge_count)) {
      out += " " + ByteText(edge.byte) + " " + Number(edge.node);
    }
    if (node.question != kNoIndex) out += " ? " + Number(node.question);
    if (node.star != kNoIndex) out += " * " + Number(node.star);
    for (const TrieTargetRecord& target :
         t_.trie_targets.subspan(node.target_begin, node.target_count)) {
      out += " => " + Number(target.target) + " + " + Number(target.count) +
             ((target.flags & kTargetVerify) != 0 ? " verify" : "");
    }
    out += "\n";
  }

  void AddEntities(std::string& out) const {
    for (uint32_t i = 0; i < t_.entities.size(); ++i) {
      const EntityRecord& e = t_.entities[i];
      out += "entity " + Number(i) + " " + Text(e.arn) + ": identity " +
             Index(e.identity) + ", boundary " + Index(e.boundary) +
             ", trust " + Index(e.trust);
      if (e.unique_id.size > 0) out += ", id " + Text(e.unique_id);
      if ((e.flags & kEntityRole) != 0) {
        out += ", sessions of " + Number(e.max_session_duration) + " s";
      }
      if ((e.flags & kEntityPlain) != 0) out += ", plain";
      if ((e.flags & kEntityOneRow) != 0) out += ", one row";
      out += Tags(e.tag_begin, e.tag_count) + "\n";
    }
  }

  std::string Tags(uint32_t begin, uint32_t count) const {
    if (count == 0) return "";
    std::vector<std::string> tags;
    for (const TagRecord& tag : t_.tags.subspan(begin, count)) {
      tags.push_back(Text(tag.key) + "=" + Text(tag.value));
    }
    return ", tags {" + Join(tags, ", ") + "}";
  }

  std::string Levels(uint32_t begin, uint32_t count) const {
    std::string text;
    for (const LevelRecord& level : t_.levels.subspan(begin, count)) {
      text += " " + Text(level.node) + "=" + Number(level.rule_set);
    }
    return text;
  }

  void AddAccounts(std::string& out) const {
    for (const AccountRecord& a : t_.accounts) {
      out += "account " + Text(a.id) + ":";
      if (a.org_path.size > 0) out += " path " + Text(a.org_path);
      if ((a.flags & kAccountManagement) != 0) out += " management";
      if (a.scp_count > 0) out += " scp" + Levels(a.scp_begin, a.scp_count);
      if (a.rcp_count > 0) out += " rcp" + Levels(a.rcp_begin, a.rcp_count);
      out += "\n";
    }
  }

  void AddResources(std::string& out) const {
    for (const ResourceRecord& r : t_.resources) {
      out += "resource " + Text(r.arn) + ":";
      if ((r.flags & kResourceHasAccount) != 0) {
        out += " account " + Text(r.account);
      }
      if ((r.flags & kResourceHasPolicy) != 0) {
        out += " policy " + Number(r.policy);
      }
      if ((r.flags & kResourceHasTags) != 0) {
        out += Tags(r.tag_begin, r.tag_count);
      }
      out += "\n";
    }
    for (const EndpointRecord& e : t_.endpoints) {
      out += "endpoint " + Text(e.id) + ": policy " + Index(e.policy) + "\n";
    }
  }

  const ImageTables& t_;
};

}  // namespace

std::string GlobText(const ImageView& image, GlobRecord glob) {
  return Dumper(image).Glob(glob);
}

std::string PatternText(const ImageView& image, const PatternRecord& pattern) {
  return Dumper(image).Pattern(pattern);
}

std::string ConditionText(const ImageView& image, uint32_t condition) {
  return Dumper(image).Condition(condition);
}

std::string StatementText(const ImageView& image, uint32_t statement) {
  return Dumper(image).Statement(statement);
}

std::string DumpImage(const ImageView& image) {
  return Dumper(image).Image(image);
}

}  // namespace portcullis
