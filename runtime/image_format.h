// image_format.h -- Internal: use image_view.h. Byte layout of a compiled
// policy image.
//
// This header is the whole contract between compiler/image_writer.cc (the only
// writer) and runtime/image_verify.cc (the only reader of unverified bytes).
// docs/image_format.md describes the same layout in prose; change both together
// and bump kImageVersion.
//
// All integers are little-endian. An image is position-independent: a section
// is found by its byte offset from the image's start, a record by its index in
// its section, a text by its byte offset in the strings section. It may be
// mapped read-only at any 64-byte aligned address by any number of processes.
#ifndef PORTCULLIS_RUNTIME_IMAGE_FORMAT_H_
#define PORTCULLIS_RUNTIME_IMAGE_FORMAT_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace portcullis {

// First eight bytes of every image: "PORTCUL" then 0x1A.
inline constexpr uint64_t kImageMagic = 0x1A4C554354524F50u;

// Bumped by any change to this file that an old reader would misread.
inline constexpr uint32_t kImageVersion = 8;

inline constexpr size_t kImageAlignment = 64;

// An index that points nowhere.
inline constexpr uint32_t kNoIndex = 0xFFFFFFFFu;

// A text in the strings section: UTF-8, not NUL-terminated.
struct TextRef {
  uint32_t offset;  // bytes from the start of the strings section
  uint32_t size;    // bytes
};

// One token of a wildcard pattern or template.
enum class TokenOp : uint32_t {
  kLiteral = 0,   // a, b: TextRef
  kQuestion = 1,  // a: how many characters, at most kMaxQuestions
  kStar = 2,      // any characters
  kVariable = 3,  // a: key; b, c: default text as TextRef, b == kNoIndex: none
};
// No text of a policy is longer (S-6).
inline constexpr uint32_t kMaxQuestions = 1u << 20;
struct TokenRecord {
  uint32_t op;  // TokenOp
  uint32_t a;
  uint32_t b;
  uint32_t c;
};

// A wildcard pattern over one text. Short forms carry their text themselves.
enum class GlobKind : uint32_t {
  kAny = 0,      // matches everything; a and size are 0
  kLiteral = 1,  // a, size: TextRef
  kPrefix = 2,   // a, size: TextRef of the text before the one, final star
  kTokens = 3,   // a: first token, size: tokens
  kAround = 4,   // a: offset of the text before the one star, which that behind
                 // it follows; size: AroundSize()
};
struct GlobRecord {
  uint32_t a;
  uint32_t kind_size;  // GlobKind in the low 3 bits, then bytes or tokens
};
constexpr GlobRecord MakeGlob(GlobKind kind, uint32_t a, uint32_t size) {
  return {a, static_cast<uint32_t>(kind) | size << 3};
}
constexpr GlobKind KindOf(GlobRecord glob) {
  return static_cast<GlobKind>(glob.kind_size & 7);
}
constexpr uint32_t SizeOf(GlobRecord glob) { return glob.kind_size >> 3; }
// Of kAround: the bytes before the star and those behind it.
inline constexpr uint32_t kMaxAround = (1u << 14) - 1;  // of either
constexpr uint32_t AroundSize(uint32_t before, uint32_t behind) {
  return before | behind << 14;
}
constexpr TextRef BeforeStar(GlobRecord glob) {
  return {glob.a, SizeOf(glob) & kMaxAround};
}
constexpr TextRef BehindStar(GlobRecord glob) {
  const uint32_t before = SizeOf(glob) & kMaxAround;
  return {glob.a + before, SizeOf(glob) >> 14};
}

// An ARN pattern: parts 2 to 5 (partition, service, region, account) and the
// rest; part 1 is always `arn`.
inline constexpr uint32_t kPatternParts = 5;
inline constexpr uint32_t kPatternFields = kPatternParts - 1;
enum PatternFlags : uint32_t {
  kPatternAll = 1,        // matches every resource (S-36); parts are kAny
  kPatternNever = 2,      // can never match (S-43, S-44, S-78)
  kPatternCrossing = 4,   // some part 2..5 ends with a star that may cross
                          // colons (S-39)
  kPatternVariables = 8,  // some part holds a variable
};
// So many bytes of `arn:` and the head behind it, from its end, stand in a
// pattern itself.
inline constexpr size_t kHeadEndBytes = 12;
inline constexpr size_t kLeastHead = kHeadEndBytes - 4;
// Those of a head of at least kLeastHead bytes.
inline std::array<char, kHeadEndBytes> EndOfHead(const char* head,
                                                 size_t size) {
  std::array<char, kHeadEndBytes> end;
  const size_t own = std::min(size, kHeadEndBytes);
  const size_t missing = kHeadEndBytes - own;
  std::memcpy(end.data(), &"arn:"[4 - missing], missing);
  std::memcpy(end.data() + missing, head + size - own, own);
  return end;
}
// What is left of a pattern after its head.
enum class PatternTail : uint8_t {
  kGlobs = 0,  // fields `first` to 4, then the rest
  kNothing,    // the ARN ends with the head
  kAnything,
};
struct PatternGlobs {
  GlobRecord rest;
  uint32_t fields;  // globs: parts[first .. 3]
};
struct PatternRecord {
  TextRef head;  // the literal text that follows `arn:`: parts 2 to
                 // first + 1 with a colon after each; unless the tail is
                 // globs, the rest's text as well
  union {
    PatternGlobs globs;                        // when the tail is globs
    std::array<char, kHeadEndBytes> head_end;  // else EndOfHead(); zeros for
                                               // kPatternAll and -Never
  };
  uint8_t flags;     // PatternFlags
  uint8_t first;     // how many parts the head covers, at most 4
  uint8_t tail;      // PatternTail; globs when first < 4, or when the head
                     // would be shorter than kLeastHead
  uint8_t crossing;  // bit i: parts[i] ends with a star (S-39)
};

// Patterns of a condition, or of a statement that has a trie of its own.
struct PatternListRecord {
  uint32_t begin;  // patterns[begin, begin + count)
  uint32_t count;
  uint32_t trie;   // trie over exactly these patterns, or kNoIndex
  uint32_t flags;  // OR of the patterns' flags
};

// The longest name of an action that a request may have (S-170).
inline constexpr size_t kMaxActionBytes = 512;

// A point in the sorted list of action names and prefix bounds. Those of one
// service follow one another: an action that equals point i of its service has
// rank 2i+1, one that sorts between i-1 and i has rank 2i.
struct ActionPointRecord {
  TextRef text;      // folded
  uint32_t service;  // service record of the text before ':', or kNoIndex
  uint16_t rank;     // within the service, as ServiceRecord counts, at most
                     // kMaxRowRank
  uint16_t colon;    // where it stands in an action's name of at most
                     // kMaxActionBytes; 0: no action has this name (S-170)
  uint64_t order;    // OrderOf() the text behind its colon
};

enum ServiceFlags : uint32_t { kServiceRcp = 1 };  // RCPs reach it (S-101)
struct ServiceRecord {
  TextRef name;  // folded
  uint32_t flags;
  uint32_t first_point;  // of those with the service's name; ranks within the
  uint32_t point_count;  // service count from it
};

// What the engine knows about a context key (S-173).
enum class KeyKind : uint32_t {
  kPlain = 0,  // comes with the request
  kPrincipalArn,
  kPrincipalAccount,
  kPrincipalOrgId,
  kPrincipalOrgPaths,
  kPrincipalTag,  // aws:PrincipalTag/NAME
  kPrincipalType,
  kUserId,
  kUserName,
  kPrincipalIsAwsService,
  kPrincipalServiceName,
  kPrincipalServiceNamesList,
  kFederatedProvider,
  kTokenIssueTime,
  kMfaPresent,
  kMfaAge,
  kSourceIdentity,
  kAssumedRoot,
  kResourceAccount,
  kResourceOrgId,
  kResourceOrgPaths,
  kResourceTag,  // aws:ResourceTag/NAME
  kCurrentTime,
  kEpochTime,
  kTagKeys,
  kCalledViaFirst,
  kCalledViaLast,
  kViaAwsService,
  kIamResourceTag,  // iam:ResourceTag/NAME
};
inline constexpr uint32_t kKeyKindCount = 29;

// The derived keys of S-173 by folded name; a name that ends with '/' stands
// for all keys that continue it.
struct DerivedKeyName {
  const char* name;
  uint32_t size;  // bytes of name
  KeyKind kind;
};
template <size_t N>
constexpr DerivedKeyName NameKey(const char (&name)[N], KeyKind kind) {
  return {name, static_cast<uint32_t>(N - 1), kind};
}
inline constexpr DerivedKeyName kDerivedKeyNames[] = {
    NameKey("aws:principalarn", KeyKind::kPrincipalArn),
    NameKey("aws:principalaccount", KeyKind::kPrincipalAccount),
    NameKey("aws:principalorgid", KeyKind::kPrincipalOrgId),
    NameKey("aws:principalorgpaths", KeyKind::kPrincipalOrgPaths),
    NameKey("aws:principaltag/", KeyKind::kPrincipalTag),
    NameKey("aws:principaltype", KeyKind::kPrincipalType),
    NameKey("aws:userid", KeyKind::kUserId),
    NameKey("aws:username", KeyKind::kUserName),
    NameKey("aws:principalisawsservice", KeyKind::kPrincipalIsAwsService),
    NameKey("aws:principalservicename", KeyKind::kPrincipalServiceName),
    NameKey("aws:principalservicenameslist",
            KeyKind::kPrincipalServiceNamesList),
    NameKey("aws:federatedprovider", KeyKind::kFederatedProvider),
    NameKey("aws:tokenissuetime", KeyKind::kTokenIssueTime),
    NameKey("aws:multifactorauthpresent", KeyKind::kMfaPresent),
    NameKey("aws:multifactorauthage", KeyKind::kMfaAge),
    NameKey("aws:sourceidentity", KeyKind::kSourceIdentity),
    NameKey("aws:assumedroot", KeyKind::kAssumedRoot),
    NameKey("aws:resourceaccount", KeyKind::kResourceAccount),
    NameKey("aws:resourceorgid", KeyKind::kResourceOrgId),
    NameKey("aws:resourceorgpaths", KeyKind::kResourceOrgPaths),
    NameKey("aws:resourcetag/", KeyKind::kResourceTag),
    NameKey("aws:currenttime", KeyKind::kCurrentTime),
    NameKey("aws:epochtime", KeyKind::kEpochTime),
    NameKey("aws:tagkeys", KeyKind::kTagKeys),
    NameKey("aws:calledviafirst", KeyKind::kCalledViaFirst),
    NameKey("aws:calledvialast", KeyKind::kCalledViaLast),
    NameKey("aws:viaawsservice", KeyKind::kViaAwsService),
    NameKey("iam:resourcetag/", KeyKind::kIamResourceTag),
};

struct KeyRecord {
  TextRef name;   // folded
  uint32_t kind;  // KeyKind
  uint32_t tag;   // bytes of `name` before the tag's own name; 0 if no tag
};

// How a condition compares; the order is policy/document.h's Comparison.
enum class CompareOp : uint8_t {
  kStringEquals = 0,
  kStringNotEquals,
  kStringEqualsIgnoreCase,
  kStringNotEqualsIgnoreCase,
  kStringLike,
  kStringNotLike,
  kNumericEquals,
  kNumericNotEquals,
  kNumericLessThan,
  kNumericLessThanEquals,
  kNumericGreaterThan,
  kNumericGreaterThanEquals,
  kDateEquals,
  kDateNotEquals,
  kDateLessThan,
  kDateLessThanEquals,
  kDateGreaterThan,
  kDateGreaterThanEquals,
  kBool,
  kBinaryEquals,
  kIpAddress,
  kNotIpAddress,
  kArnEquals,
  kArnNotEquals,
  kArnLike,
  kArnNotLike,
  kNull,
};
inline constexpr uint8_t kCompareOpCount = 27;

enum class SetOp : uint8_t { kNone = 0, kForAllValues, kForAnyValue };

// One pair of a Condition element. Which section `begin` points into depends on
// the operator:
//   String...                 globs; the first `literals` are kLiteral, sorted
//                             by bytes (folded for IgnoreCase)
//   Numeric... / Date... / IpAddress...  numbers / dates / addresses
//   Bool, Null                globs with variables; constants are in `literals`
//                             (bit 0: `false` is listed, bit 1: `true`)
//   BinaryEquals              globs, all kLiteral, sorted: the decoded bytes
//   Arn...                    begin is a pattern list, count is 1
struct ConditionRecord {
  uint8_t op;          // CompareOp
  uint8_t set;         // SetOp
  uint8_t if_exists;   // 0 or 1
  uint8_t unreadable;  // 0 or 1: some policy value is not of the operator's
                       // type (a variable where none works, S-27)
  uint32_t key;
  uint32_t begin;
  uint32_t count;
  uint32_t literals;
};

struct NumberRecord {
  TextRef digits;    // no leading or trailing zero; empty for zero
  int64_t exponent;  // value is 0.DIGITS * 10^exponent
  uint32_t negative;
  uint32_t reserved;  // 0
};

struct DateRecord {
  int64_t seconds;  // since 1970-01-01T00:00:00Z
  uint32_t nanoseconds;
  uint32_t reserved;  // 0
};

struct AddressRecord {
  uint8_t bytes[16];  // network order, host bits zero
  uint32_t bits;      // prefix length
  uint32_t is_v6;     // 0 or 1
};

// What an entry of a Principal element names (S-21, S-96).
enum class PrincipalMatch : uint32_t {
  kEveryone = 0,
  kAccount,  // text: 12 digits; for a root ARN then `:` and its partition
  kArn,      // user, role, session or federated-user ARN
  kUniqueId,
  kService,
  kFederated,
  kNobody,  // a canonical user that no account of the set has
};
struct PrincipalEntryRecord {
  uint32_t match;  // PrincipalMatch
  TextRef text;
};

enum StatementFlags : uint32_t {
  kStatementDeny = 1,
  kStatementNotAction = 2,
  kStatementNotResource = 4,
  kStatementAnyResource = 8,  // no Resource, or one that matches everything
  kStatementPrincipal = 16,   // has Principal or NotPrincipal
  kStatementNotPrincipal = 32,
  kStatementListed = 64,  // its patterns have a trie of their own
};
// One cache line: all that a statement with one pattern needs of itself.
struct StatementRecord {
  uint32_t flags;            // StatementFlags
  uint32_t resources;        // the first of its patterns, or if listed a
                             // pattern list; kNoIndex with one pattern or
                             // AnyResource
  uint32_t condition_begin;  // condition_refs
  uint32_t condition_count;
  PatternRecord pattern;  // the only one, or the first
  uint32_t pattern_count;
  uint32_t principal_begin;  // principal_entries, sorted by match, then text
  uint32_t principal_count;
  uint32_t action_begin;  // action_refs: globs over folded `service:name`
  uint32_t action_count;
  uint32_t policy;  // policy record
};

// Are the statement's patterns part of a row's trie? Not when they exclude, and
// not when they have a trie of their own.
constexpr bool IsInRowTrie(const StatementRecord& statement) {
  return (statement.flags & (kStatementAnyResource | kStatementNotResource |
                             kStatementListed)) == 0;
}

// Does it match whatever is asked of it but the action?
constexpr bool MatchesAllButAction(const StatementRecord& statement) {
  return (statement.flags & kStatementAnyResource) != 0 &&
         (statement.flags & kStatementPrincipal) == 0 &&
         statement.condition_count == 0;
}

// Statements of one policy: statements[begin, begin + count). Policies are
// sorted by name, so that statement order is report order (S-120).
struct PolicyRecord {
  uint32_t begin;
  uint32_t count;
};

// A row is the statements of a rule set that can match actions of one service:
// one entry an action interval of a statement, deny entries before allow
// entries, each part in statement order and those of a statement together. Rows
// are 64-bit words:
//
//   head    deny entries, allow entries << 32, kRowHasTrie
//   groups  four words for each four entries: the lowest ranks of the four,
//           their highest, 16 bits each; then two words of what they refer to,
//           32 bits each: statement, kEntryCheck, kEntryWhole. Where the last
//           group has fewer, the rest holds no rank and refers to 0.
//   trie    with kRowHasTrie: over the row's resource patterns; its targets are
//           the row's entries, from 0
//
// Ranks are within the row's service; their top bit is clear, so that four are
// compared by one subtraction. With kEntryCheck the statement's action globs
// decide, and not the interval alone; with kEntryWhole nothing but the interval
// does, and the statement's record need not be read. What follows the rows in
// an image is at least kBehindRows, which a search may read instead of a row's
// missing groups.
inline constexpr uint64_t kRowHasTrie = uint64_t{1} << 63;
inline constexpr uint32_t kMaxRowRank = 0x7FFF;
inline constexpr uint64_t kRankTopBits = 0x8000800080008000u;
// Four intervals that hold no rank.
inline constexpr uint64_t kNoLowRanks = 0x7FFF7FFF7FFF7FFFu;
inline constexpr uint64_t kNoHighRanks = 0;
inline constexpr uint32_t kEntryCheck = uint32_t{1} << 31;
inline constexpr uint32_t kEntryWhole = uint32_t{1} << 30;
inline constexpr uint32_t kEntryStatement = kEntryWhole - 1;
inline constexpr size_t kBehindRows = 128;  // bytes
// The shape of a row by its head.
struct RowShape {
  uint64_t denies = 0;
  uint64_t entries = 0;
  uint64_t trie = 1;  // words before the trie
  uint64_t words = 1;
};
constexpr RowShape ShapeOf(uint64_t head) {
  RowShape shape;
  shape.denies = head & 0xFFFFFFFF;
  shape.entries = shape.denies + (head >> 32 & 0x7FFFFFFF);
  shape.trie = 1 + (shape.entries + 3) / 4 * 4;
  shape.words = shape.trie + ((head & kRowHasTrie) != 0 ? 1 : 0);
  return shape;
}
// Of entry `i` of the row at `row`.
struct RowEntryFields {
  uint32_t low;  // ranks
  uint32_t high;
  uint32_t reference;
};
constexpr RowEntryFields RowEntryAt(const uint64_t* row, uint64_t i) {
  const uint64_t* const group = row + 1 + i / 4 * 4;
  const auto lane = [i](uint64_t word) {
    return static_cast<uint32_t>(word >> (16 * (i % 4)) & 0xFFFF);
  };
  return {lane(group[0]), lane(group[1]),
          static_cast<uint32_t>(group[2 + i % 4 / 2] >> (32 * (i % 2)))};
}

enum RuleSetFlags : uint32_t {
  kRuleSetDenies = 1,    // some statement denies
  kRuleSetByPolicy = 2,  // without rows: its policies are tried one by one
};
// Where the rows of a rule set are: in a part of the row slots of its own. A
// service has a home there; its row is in that slot or, while slots say that
// there is more, in one behind it.
struct RowTable {
  uint32_t begin;  // row slots; kNoIndex: no rows
  uint16_t homes;  // so many slots from there on are homes, at least one
  uint16_t seed;
};
inline constexpr RowTable kNoRowTable = {kNoIndex, 0, 0};
inline constexpr size_t kMaxRowHomes = 0xFFFF;
constexpr bool operator==(const RowTable& a, const RowTable& b) {
  return a.begin == b.begin && a.homes == b.homes && a.seed == b.seed;
}
// Which of the homes is the service's.
constexpr uint32_t HomeOf(RowTable table, uint32_t service) {
  const uint32_t hash = (service + 1) * (0x9E3779B1u * (2u * table.seed + 1u));
  return static_cast<uint32_t>(uint64_t{hash} * table.homes >> 32);
}

struct RowSlotRecord {
  uint32_t service;  // kRowSlotMore; kNoService: empty
  uint32_t row;      // its first word; kNoIndex: empty
};
inline constexpr uint32_t kRowSlotMore = uint32_t{1} << 31;
inline constexpr uint32_t kNoService = kRowSlotMore - 1;
inline constexpr RowSlotRecord kNoRowSlot = {kNoService, kNoIndex};

// The statements of one layer of one caller, account, node, resource...
struct RuleSetRecord {
  uint32_t policy_begin;  // policy_refs, ascending
  uint32_t policy_count;
  uint32_t any_row;  // first word of the row of statements that are not bound
                     // to one service, or kNoIndex; every rank matches
  uint32_t flags;    // RuleSetFlags
  RowTable rows;     // of the statements that are bound to a service
};

// Does it have at most one row for an action (kEntityOneRow)?
constexpr bool HasOneRow(const RuleSetRecord& set) {
  return set.any_row == kNoIndex && (set.flags & kRuleSetByPolicy) == 0;
}

struct TagRecord {
  TextRef key;  // folded
  TextRef value;
};

enum EntityFlags : uint32_t {
  kEntityRole = 1,
  kEntityServiceLinked = 2,  // path begins /aws-service-role/
  kEntityPlain = 4,  // has identity policies, and nothing stands beside them:
                     // no boundary, no levels of SCPs or RCPs, and in the image
                     // no resources and no endpoints
  kEntityOneRow = 8,  // its identity rule set has at most one row for an
                      // action: it is not tried by policy and has no row for
                      // every action
};
struct EntityRecord {
  uint32_t flags;
  TextRef arn;  // with path: `arn:P:iam::A:` and so on
  TextRef name;
  TextRef unique_id;  // empty when unknown
  uint32_t account;   // account record
  uint32_t identity;  // rule set, or kNoIndex: no identity policies
  uint32_t boundary;  // rule set, or kNoIndex: no boundary
  uint32_t trust;     // rule set of a role's trust policy, or kNoIndex
  uint32_t tag_begin;
  uint32_t tag_count;
  uint16_t max_session_duration;  // seconds; roles
  uint16_t partition_size;        // bytes of P
  RowTable rows;                  // of `identity`
};  // one cache line
// Where the account begins in an entity's ARN.
constexpr size_t EntityAccountBegin(const EntityRecord& entity) {
  return entity.partition_size + size_t{10};
}

// The policies attached to one node on an account's path.
struct LevelRecord {
  uint32_t rule_set;
  TextRef node;  // id of the root, the unit or the account
};

enum AccountFlags : uint32_t {
  kAccountInOrganization = 1,
  kAccountManagement = 2,
};
// Everything the organisation says of an account.
struct AccountRecord {
  TextRef id;
  uint32_t flags;
  TextRef org_path;    // "o-x/r-y/ou-a/"; empty outside the organisation
  uint32_t scp_begin;  // levels, root first: those that impose something
  uint32_t scp_count;
  uint32_t rcp_begin;  // levels, root first: those with RCPs
  uint32_t rcp_count;
};

enum ResourceFlags : uint32_t {
  kResourceHasAccount = 1,
  kResourceHasPolicy = 2,
  kResourceHasTags = 4,
  kResourceExact = 8,  // governs only itself (iam and sts ARNs)
};
struct ResourceRecord {
  TextRef arn;
  uint32_t flags;
  TextRef account;
  uint32_t policy;  // rule set
  uint32_t tag_begin;
  uint32_t tag_count;
};

struct EndpointRecord {
  TextRef id;
  uint32_t policy;  // rule set, or kNoIndex
};

struct ManagedPolicyRecord {
  TextRef arn;
  uint32_t policy;  // policy record
};

// A node of a pattern trie. Its edges are edges[begin, begin + count), sorted
// by byte. `question` and `star` are nodes or kNoIndex; a star node loops on
// every byte.
struct TrieNodeRecord {
  uint32_t edge_begin;
  uint16_t edge_count;
  uint16_t is_star;  // 0 or 1
  uint32_t question;
  uint32_t star;
  uint32_t target_begin;  // trie_targets: accepted at the end of the text
  uint32_t target_count;
  uint32_t is_question;  // 0 or 1: stays on bytes 0x80..0xBF
};
struct TrieEdgeRecord {
  uint32_t byte;  // 0..255
  uint32_t node;
};
// Targets of a trie that need the pattern itself to be matched as well.
enum TrieTargetFlags : uint32_t { kTargetVerify = 1 };
struct TrieTargetRecord {
  uint32_t pattern;  // pattern record
  uint32_t target;   // what the pattern stands for: `count` targets from this
  uint32_t count;    // on, all less than TrieRecord.targets
  uint32_t flags;
};
struct TrieRecord {
  uint32_t root;        // node
  uint32_t node_count;  // nodes root .. root + node_count - 1 are its own
  uint32_t targets;     // how many
  uint32_t reserved;    // 0
};

// Where a policy was written.
struct PolicySourceRecord {
  TextRef file;
  TextRef name;  // report name (S-121)
};
// Where a statement begins: line and column from 1.
struct SourceRecord {
  TextRef sid;
  uint32_t line;
  uint32_t column;
};

enum class SectionId : uint32_t {
  kStrings = 0,
  kTokens,
  kGlobs,
  kPatterns,
  kPatternLists,
  kActionPoints,
  kActionSlots,  // SlotRecord, as all slots but those of entities and
                 // rows
  kServices,
  kServiceSlots,
  kKeys,
  kConditions,
  kConditionRefs,
  kNumbers,
  kDates,
  kAddresses,
  kPrincipalEntries,
  kStatements,
  kPolicies,
  kPolicyRefs,
  kRows,  // uint64_t
  kRuleSets,
  kLevels,
  kRowSlots,  // RowSlotRecord: the tables of all rule sets
  kTags,
  kEntities,
  kEntitySlots,  // of the entity's ARN, for roles also of
                 // `arn:P:sts::A:assumed-role/NAME`
  kAccounts,
  kAccountSlots,
  kResources,
  kResourceSlots,
  kEndpoints,
  kEndpointSlots,
  kManagedPolicies,
  kManagedPolicySlots,
  kTrieNodes,
  kTrieEdges,
  kTrieTargets,
  kTries,
  kSources,        // as many as statements, or none when stripped
  kPolicySources,  // as many as policies, or none when stripped
  kActionRefs,     // uint32_t
  kSeeds,          // uint32_t: of all hash tables, in the order of their slots
};
inline constexpr uint32_t kSectionCount = 42;

// A hash table finds a key by one probe: the lower half of the hash names a
// seed, seed and upper half a slot, and the compiler chose the seeds so that no
// two keys meet. Only keys of one seed and one upper half follow one another.
// The last slot is empty.
constexpr size_t SeedCount(size_t slots) { return slots / 4 + 1; }
constexpr size_t PartOf(uint32_t number, size_t parts) {
  return static_cast<size_t>(uint64_t{number} * parts >> 32);
}
constexpr size_t SeedOf(uint64_t hash, size_t seeds) {
  return PartOf(static_cast<uint32_t>(hash), seeds);
}
constexpr uint32_t HashTag(uint64_t hash) {
  return static_cast<uint32_t>(hash >> 32);
}
constexpr size_t SlotOf(uint64_t hash, uint32_t seed, size_t slots) {
  return PartOf(HashTag(hash) * seed, slots - 1);
}
// Slot of a hash table over texts.
struct SlotRecord {
  uint32_t tag;    // the hash's upper half
  uint32_t index;  // kNoIndex: empty
};
// Slot of the hash table over users and roles. It names the rows of the
// identity layer, so that they are looked for before the entity's record has
// come from memory.
struct EntitySlotRecord {
  uint32_t tag;
  uint32_t index;
  RowTable rows;  // as in the entity's record; kNoRowTable when empty
};

// One array inside the image.
struct Section {
  uint64_t offset;  // bytes from the image's start; multiple of 64
  uint32_t count;   // elements, not bytes
  uint32_t stride;  // bytes an element; readers reject any but sizeof(T)
};

enum ImageFlags : uint32_t {
  kImageAllServicesRcp = 1,  // rcpServices was absent (S-101)
};
inline constexpr uint32_t kImageFlags = kImageAllServicesRcp;

struct ImageHeader {
  uint64_t magic;          // kImageMagic
  uint32_t version;        // kImageVersion
  uint32_t header_bytes;   // sizeof(ImageHeader)
  uint64_t image_bytes;    // the whole image, header included
  uint32_t crc32c;         // of bytes [header_bytes, image_bytes)
  uint32_t header_crc32c;  // of this header with this field zero
  uint32_t flags;          // ImageFlags
  uint32_t session;        // rule set of a session image, or kNoIndex
  TextRef organization_id;
  uint64_t digest;  // of this header, with it and the checksums zero, and of
                    // all behind it; names the policy version
  uint32_t resource_pieces;  // most pieces of a resource's ARN, see PathHash
  uint32_t reserved;
  Section sections[kSectionCount];
};

static_assert(std::is_trivially_copyable_v<ImageHeader>);
static_assert(std::is_standard_layout_v<ImageHeader>);
static_assert(sizeof(TextRef) == 8);
static_assert(sizeof(TokenRecord) == 16);
static_assert(sizeof(GlobRecord) == 8);
static_assert(sizeof(PatternRecord) == 24);
static_assert(sizeof(ConditionRecord) == 20);
static_assert(sizeof(StatementRecord) == 64);
static_assert(sizeof(RowSlotRecord) == 8);
static_assert(sizeof(EntitySlotRecord) == 16);
static_assert(sizeof(EntityRecord) == 64);
static_assert(sizeof(TrieNodeRecord) == 28);
static_assert(sizeof(Section) == 16);
static_assert(offsetof(ImageHeader, sections) == 64);
static_assert(sizeof(ImageHeader) == 64 + 16 * kSectionCount);

inline uint64_t LoadWord(const char* text) {
  uint64_t word;
  std::memcpy(&word, text, sizeof(word));
  return word;
}

// A product of 128 bits, its halves folded onto one another. The portable form,
// which a test holds against the other.
constexpr uint64_t PortableFoldProduct(uint64_t a, uint64_t b) {
  const uint64_t a_low = a & 0xFFFFFFFFu;
  const uint64_t b_low = b & 0xFFFFFFFFu;
  const uint64_t low = a_low * b_low;
  const uint64_t cross = (a >> 32) * b_low + (low >> 32);
  const uint64_t other = a_low * (b >> 32) + (cross & 0xFFFFFFFFu);
  const uint64_t high = (a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32);
  return high ^ (other << 32 | (low & 0xFFFFFFFFu));
}
constexpr uint64_t FoldProduct(uint64_t a, uint64_t b) {
#if defined(__SIZEOF_INT128__)
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<uint64_t>(product >> 64) ^ static_cast<uint64_t>(product);
#else
  return PortableFoldProduct(a, b);
#endif
}

// The first eight bytes of a text, with zeros for what is missing, as a number
// that sorts as they do.
inline uint64_t OrderOf(const char* text, size_t size) {
  uint64_t word = 0;
  if (size >= 8) {
    word = LoadWord(text);
  } else if (size > 0) {
    std::memcpy(&word, text, size);
  }
  word = (word & 0x00FF00FF00FF00FF) << 8 | (word >> 8 & 0x00FF00FF00FF00FF);
  word = (word & 0x0000FFFF0000FFFF) << 16 | (word >> 16 & 0x0000FFFF0000FFFF);
  return word << 32 | word >> 32;
}

// Fewer than eight bytes as one word, no two alike of one size.
inline uint64_t LoadShort(const char* text, size_t size) {
  if (size >= 4) {
    uint32_t first, last;
    std::memcpy(&first, text, 4);
    std::memcpy(&last, text + size - 4, 4);
    return uint64_t{first} << 32 | last;
  }
  if (size == 0) return 0;
  const auto byte = [text](size_t i) {
    return uint64_t{static_cast<unsigned char>(text[i])};
  };
  return byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
}

// Where the sixteen bytes begin that cover a text of 16 to 64 bytes together
// with its first and its last sixteen; they overlap.
struct Middle {
  explicit Middle(size_t size)
      : second(std::min<size_t>(16, size - 16)),
        third(std::max<size_t>(32, size) - 32) {}
  size_t second;
  size_t third;
};

// The hash of every table in an image. Part of the format. Texts of 16 to 64
// bytes are read without a loop, whose end could not be predicted. `kSet` is
// set in each word of the text.
template <uint64_t kSet>
inline uint64_t HashWords(const char* text, size_t size) {
  const auto word = [](const char* at) { return LoadWord(at) | kSet; };
  const auto pair = [word](const char* at, uint64_t first, uint64_t second) {
    return FoldProduct(first ^ word(at), second ^ word(at + 8));
  };
  uint64_t hash = 0x9FB21C651E98DF25u ^ size;
  constexpr uint64_t kSecond = 0xA0761D6478BD642Fu;
  if (size < 8) {
    return FoldProduct(hash ^ (LoadShort(text, size) | kSet), kSecond);
  }
  if (size < 16) {
    return FoldProduct(hash ^ word(text), kSecond ^ word(text + size - 8));
  }
  for (; size > 64; text += 16, size -= 16) hash = pair(text, hash, kSecond);
  const Middle middle(size);
  return pair(text, hash, kSecond) ^
         pair(text + middle.second, 0xE7037ED1A0B428DBu, 0x8EBC6AF09C88C6E3u) ^
         pair(text + middle.third, 0x589965CC75374CC3u, 0x1D8E4E27C47D124Fu) ^
         pair(text + size - 16, 0xEB44ACCAB455D165u, 0x9E3779B97F4A7C15u);
}
inline uint64_t HashBytes(const char* text, size_t size) {
  return HashWords<0>(text, size);
}
// The same for names of actions in any case: the bit that tells `A` from `a` is
// set in each byte.
inline uint64_t HashName(const char* text, size_t size) {
  return HashWords<0x2020202020202020u>(text, size);
}

constexpr uint64_t HashFinish(uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 29);
}

// The hash of a resource's ARN and of every text it continues: piece by piece,
// each up to a '/' or ':' behind the fifth colon, or to the end; all but the
// first begin with that separator.
class PathHash {
 public:
  void Add(const char* piece, size_t size) {
    hash_ = FoldProduct(hash_, kMultiplier ^ HashBytes(piece, size));
  }
  uint64_t value() const { return hash_; }

 private:
  static constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15u;
  uint64_t hash_ = 0xCBF29CE484222325u;
};
// Where the piece ends in which byte `from` lies.
inline size_t PieceEnd(const char* arn, size_t size, size_t from) {
  while (from < size && arn[from] != '/' && arn[from] != ':') ++from;
  return from;
}

// The image's checksum, CRC-32C (Castagnoli), sliced by 8: table k gives the
// effect of a byte that k bytes follow.
using Crc32cTables = std::array<std::array<uint32_t, 256>, 8>;
constexpr Crc32cTables MakeCrc32cTables() {
  Crc32cTables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0);
    }
    tables[0][byte] = crc;
  }
  for (size_t k = 1; k < 8; ++k) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}
inline constexpr Crc32cTables kCrc32cTables = MakeCrc32cTables();

// Cost: about two bytes a nanosecond; portable.
inline uint32_t Crc32c(const void* data, size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  uint32_t crc = 0xFFFFFFFFu;
  for (; size >= 8; size -= 8, bytes += 8) {
    uint64_t word;
    std::memcpy(&word, bytes, sizeof(word));
    word ^= crc;
    crc = 0;
    for (size_t k = 0; k < 8; ++k) {
      crc ^= kCrc32cTables[7 - k][(word >> (8 * k)) & 0xFF];
    }
  }
  for (; size > 0; --size, ++bytes) {
    crc = (crc >> 8) ^ kCrc32cTables[0][(crc ^ *bytes) & 0xFF];
  }
  return ~crc;
}
// Of a header, with its own checksum taken as zero.
inline uint32_t HeaderCrc32c(ImageHeader header) {
  header.header_crc32c = 0;
  return Crc32c(&header, sizeof(header));
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_IMAGE_FORMAT_H_
