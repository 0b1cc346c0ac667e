// contestants.h -- our engine and the cache as contestants, and what every
// program says of a workload before it measures.
#ifndef PORTCULLIS_BENCH_CONTESTANTS_H_
#define PORTCULLIS_BENCH_CONTESTANTS_H_

#include <string>

#include "bench/cache_floor.h"
#include "bench/engine.h"
#include "bench/measure.h"
#include "bench/program.h"
#include "bench/requests.h"
#include "bench/workload.h"

namespace portcullis::bench {

// Their names in rows.
inline constexpr char kDecide[] = "decide";
inline constexpr char kBatch[] = "decide, batch";
inline constexpr char kCache[] = "cache floor";
inline constexpr char kReference[] = "reference";

// Each asks for all requests once a round and checks every answer.
// Lifetime. They borrow their arguments but for the name.
Contestant DecideOf(const std::string& name, const RequestList& requests,
                    Engine& engine);
Contestant BatchOf(const std::string& name, const RequestList& requests,
                   Engine& engine);
Contestant CacheOf(const std::string& name, const RequestList& requests,
                   CacheFloor& cache);

// Asks the reference for the first `count` answers; aborts when one differs.
void HoldAgainstReference(const Program& program, const Workload& workload,
                          const RequestList& requests, size_t count);

// Notes the shares of the outcomes, of which DrawRequests() made sure.
void NoteShares(const Program& program, const Workload& workload,
                const RequestList& requests);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_CONTESTANTS_H_
