#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/file.h"
#include "core/store/store.h"

namespace quarry::store::contract {

/// An engine under test, with what it keeps its base in.
class Bench {
public:
    virtual ~Bench() = default;
    [[nodiscard]] virtual Store& store() = 0;
    /// Closes the base and opens it again, as another process would; false where there is nothing to open.
    virtual bool reopen() { return false; }
};

struct Engine {
    std::string name;
    std::function<std::unique_ptr<Bench>()> open;
};

/// Every engine that must meet the contract.
[[nodiscard]] const std::vector<Engine>& engines();

/// A base that is kept where several connections, and other processes, can open it at once.
class SharedBase {
public:
    virtual ~SharedBase() = default;
    /// A path, or the address of a server.
    [[nodiscard]] virtual std::filesystem::path address() const = 0;
    [[nodiscard]] virtual std::unique_ptr<ConversationRepository> conversations(StoreMode mode = StoreMode::write) = 0;
    [[nodiscard]] virtual std::unique_ptr<RunRepository> runs(StoreMode mode = StoreMode::write) = 0;
    [[nodiscard]] virtual std::unique_ptr<RunLogRepository> run_log(StoreMode mode = StoreMode::write) = 0;
    [[nodiscard]] virtual std::unique_ptr<CheckpointRepository> checkpoints(StoreMode mode = StoreMode::write) = 0;
    /// Its clock says `now`.
    [[nodiscard]] virtual std::unique_ptr<cache::ResponseCache> responses(
        const cache::ResponseCacheLimits& limits = {}) = 0;

    std::int64_t now = 1'000'000;  ///< Seconds.
};

struct SharedEngine {
    std::string name;
    std::function<std::unique_ptr<SharedBase>()> open;
};

/// Every engine that several processes can use at once.
[[nodiscard]] const std::vector<SharedEngine>& shared_engines();

/// One row of a table of cases: the same for every engine.
template <typename Tested>
struct CaseOf {
    std::string name;
    std::function<void(Tested& tested)> check;
};
using Case = CaseOf<Bench>;
using SharedCase = CaseOf<SharedBase>;

template <typename EngineOf, typename CaseType>
class Contract : public ::testing::TestWithParam<std::tuple<EngineOf, CaseType>> {
protected:
    void run() {
        const auto tested = std::get<0>(this->GetParam()).open();
        std::get<1>(this->GetParam()).check(*tested);
    }
};
using StoreContract = Contract<Engine, Case>;
using SharedContract = Contract<SharedEngine, SharedCase>;

/// "ENGINE_CASE".
inline constexpr auto case_name = [](const auto& info) {
    return std::get<0>(info.param).name + "_" + std::get<1>(info.param).name;
};

inline constexpr auto engine_name = [](const auto& info) { return info.param.name; };

}  // namespace quarry::store::contract
