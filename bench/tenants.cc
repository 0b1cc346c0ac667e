// Workload `tenants`: an object store with a policy on every bucket.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "bench/random.h"
#include "bench/text.h"
#include "bench/workload.h"

namespace portcullis::bench {
namespace {

constexpr size_t kBucketsOfAccount = 100;
constexpr size_t kUsersOfAccount = 10;

std::string AccountOf(size_t account) {
  return std::to_string(222'000'000'000 + account);
}
std::string BucketArn(size_t bucket) {
  return Cat({"arn:aws:s3:::tenant-bucket-", std::to_string(bucket)});
}
std::string UserName(size_t account, size_t user) {
  return Cat({"user-", std::to_string(account), "-", std::to_string(user)});
}
std::string UserArn(size_t account, size_t user) {
  return Cat(
      {"arn:aws:iam::", AccountOf(account), ":user/", UserName(account, user)});
}

class Store {
 public:
  explicit Store(size_t buckets)
      : buckets_(buckets),
        accounts_(std::max<size_t>(3, buckets / kBucketsOfAccount)) {}

  // The document's parts, each below the limit of a file.
  std::vector<std::string> Parts() const;
  // The generator knows the answers: the policies are all alike.
  RequestText MakeRequest(Random& random, Verdict aim) const;

 private:
  size_t OwnerOf(size_t bucket) const { return bucket % accounts_; }
  // The one other account that a bucket's policy lets in.
  size_t PartnerOf(size_t bucket) const {
    return (OwnerOf(bucket) + 1 + bucket % 2) % accounts_;
  }
  std::string BucketJson(size_t bucket) const;

  const size_t buckets_;
  const size_t accounts_;
};

std::string Store::BucketJson(size_t bucket) const {
  const std::string arn = BucketArn(bucket);
  return Cat({R"({"arn":")", arn, R"(","account":")",
              AccountOf(OwnerOf(bucket)),
              R"(","policy":{"Version":"2012-10-17","Statement":[)",
              R"({"Effect":"Allow","Principal":{"AWS":")",
              AccountOf(PartnerOf(bucket)),
              R"("},"Action":["s3:GetObject","s3:ListBucket"],"Resource":[")",
              arn, R"(",")", arn, R"(/shared/*"]},)",
              R"({"Effect":"Deny","Principal":"*","Action":"s3:*",)",
              R"("Resource":[")", arn, R"(",")", arn, R"(/*"],)",
              R"("Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}})"});
}

std::vector<std::string> Store::Parts() const {
  constexpr size_t kBucketsOfPart = 200'000;
  std::vector<std::string> parts;
  std::string users =
      R"({"policies":[{"arn":"arn:aws:iam::aws:policy/Home","document":)"
      R"({"Version":"2012-10-17","Statement":[)"
      R"({"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],)"
      R"("Resource":"arn:aws:s3:::*/home/${aws:username}/*"},)"
      R"({"Effect":"Allow","Action":"s3:GetObject",)"
      R"("Resource":"arn:aws:s3:::*/shared/*"}]}}],"principals":[)";
  for (size_t account = 0; account < accounts_; ++account) {
    for (size_t user = 0; user < kUsersOfAccount; ++user) {
      users += Cat({R"({"arn":")", UserArn(account, user),
                    R"(","policies":["arn:aws:iam::aws:policy/Home"]},)"});
    }
  }
  users.back() = ']';
  parts.push_back(users + "}");
  for (size_t begin = 0; begin < buckets_; begin += kBucketsOfPart) {
    std::string& part = parts.emplace_back(R"({"resources":[)");
    const size_t end = std::min(buckets_, begin + kBucketsOfPart);
    for (size_t i = begin; i < end; ++i) part += BucketJson(i) + ",";
    part.back() = ']';
    part += "}";
  }
  return parts;
}

RequestText Store::MakeRequest(Random& random, Verdict aim) const {
  const size_t bucket = random.Below(buckets_);
  const size_t owner = OwnerOf(bucket);
  const std::string key = std::to_string(random.Below(1'000'000));
  const bool at_home = random.Percent(60);
  size_t account = at_home ? owner : PartnerOf(bucket);
  const size_t user = random.Below(kUsersOfAccount);
  size_t home_of = user;
  if (aim == Verdict::kImplicitDeny) {  // another's home, or no partner
    home_of = (user + 1) % kUsersOfAccount;
    if (!at_home) account = (PartnerOf(bucket) + accounts_ / 2) % accounts_;
    if (!at_home && (account == owner || account == PartnerOf(bucket))) {
      account = (owner + accounts_ - 1) % accounts_;
    }
  }
  RequestText request;
  request.principal = UserArn(account, user);
  request.action =
      at_home && random.Percent(50) ? "s3:PutObject" : "s3:GetObject";
  request.resource = at_home ? Cat({BucketArn(bucket), "/home/",
                                    UserName(owner, home_of), "/", key})
                             : Cat({BucketArn(bucket), "/shared/", key});
  const bool plain = aim == Verdict::kExplicitDeny;
  request.context.emplace_back("aws:SecureTransport", plain ? "false" : "true");
  // With few accounts there may be nobody who is neither owner nor partner.
  const bool allowed = at_home
                           ? home_of == user
                           : account == owner || account == PartnerOf(bucket);
  request.expected = plain     ? Verdict::kExplicitDeny
                     : allowed ? Verdict::kAllowed
                               : Verdict::kImplicitDeny;
  return request;
}

}  // namespace

Workload MakeTenants(size_t buckets, size_t requests) {
  const Store store(buckets);
  Workload workload;
  workload.name = Cat({"tenants/", std::to_string(buckets)});
  workload.set = LoadParts(workload.name, store.Parts());
  Random random(11);
  workload.requests =
      DrawRequests(requests, {.allowed = 55, .explicit_deny = 10}, random,
                   [&](Verdict aim) { return store.MakeRequest(random, aim); });
  return workload;
}

}  // namespace portcullis::bench
