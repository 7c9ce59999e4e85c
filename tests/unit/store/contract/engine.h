#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
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

/// One row of a table of cases: the same for every engine.
struct Case {
    std::string name;
    std::function<void(Bench& bench)> check;
};

class StoreContract : public ::testing::TestWithParam<std::tuple<Engine, Case>> {
protected:
    void run() {
        const std::unique_ptr<Bench> bench = std::get<0>(GetParam()).open();
        std::get<1>(GetParam()).check(*bench);
    }
};

[[nodiscard]] inline std::string case_name(const ::testing::TestParamInfo<std::tuple<Engine, Case>>& info) {
    return std::get<0>(info.param).name + "_" + std::get<1>(info.param).name;
}

}  // namespace quarry::store::contract
