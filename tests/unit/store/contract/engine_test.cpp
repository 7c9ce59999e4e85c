#include <utility>

#include "tests/unit/store/contract/engine.h"

namespace quarry::store::contract {
namespace {

class InFile final : public Bench {
public:
    InFile() : store_(open_store(path(), StoreMode::create)) {}
    [[nodiscard]] Store& store() override { return *store_; }
    bool reopen() override {
        store_.reset();
        store_ = open_store(path(), StoreMode::write);
        return true;
    }

private:
    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "base.db"; }

    TemporaryDirectory folder_;
    std::unique_ptr<Store> store_;
};

class InMemory final : public Bench {
public:
    [[nodiscard]] Store& store() override { return *store_; }

private:
    std::unique_ptr<Store> store_ = open_store_in_memory();
};

}  // namespace

const std::vector<Engine>& engines() {
    static const std::vector<Engine> all = {{"sqlite_file", [] { return std::make_unique<InFile>(); }},
                                            {"sqlite_memory", [] { return std::make_unique<InMemory>(); }}};
    return all;
}

}  // namespace quarry::store::contract
