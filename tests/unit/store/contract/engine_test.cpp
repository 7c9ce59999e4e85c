#include <memory>
#include <string>
#include <utility>

#include "core/db/postgresql.h"
#include "tests/support/postgresql_server.h"
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

class OnServer final : public Bench {
public:
    OnServer() : store_(open_store(url_, StoreMode::create)) {}
    [[nodiscard]] Store& store() override { return *store_; }
    bool reopen() override {
        store_.reset();
        store_ = open_store(url_, StoreMode::write);
        return true;
    }

private:
    /// A schema of its own: quicker to make than a database.
    [[nodiscard]] static std::string make_schema() {
        static const std::string database = test::postgresql_server().make_database();
        static int schemas = 0;
        const std::string name = "base_" + std::to_string(++schemas);
        db::PostgresqlConnection::connect(database).query("CREATE SCHEMA " + name);
        return database + "?options=-csearch_path%3D" + name;
    }

    std::string url_ = make_schema();
    std::unique_ptr<Store> store_;
};

class SharedFile final : public SharedBase {
public:
    SharedFile() { static_cast<void>(open_store(path(), StoreMode::create)); }
    [[nodiscard]] std::unique_ptr<ConversationRepository> conversations(StoreMode mode) override {
        return open_conversations(path(), mode);
    }
    [[nodiscard]] std::unique_ptr<RunRepository> runs(StoreMode mode) override { return open_runs(path(), mode); }
    [[nodiscard]] std::unique_ptr<CheckpointRepository> checkpoints(StoreMode mode) override {
        return open_checkpoints(path(), mode);
    }
    [[nodiscard]] std::unique_ptr<cache::ResponseCache> responses(const cache::ResponseCacheLimits& limits) override {
        return open_response_cache(path(), limits, [this] { return now; });
    }

private:
    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "base.db"; }

    TemporaryDirectory folder_;
};

}  // namespace

const std::vector<Engine>& engines() {
    static const std::vector<Engine> all = {{"sqlite_file", [] { return std::make_unique<InFile>(); }},
                                            {"sqlite_memory", [] { return std::make_unique<InMemory>(); }},
                                            {"postgresql", [] { return std::make_unique<OnServer>(); }}};
    return all;
}

const std::vector<SharedEngine>& shared_engines() {
    static const std::vector<SharedEngine> all = {{"sqlite_file", [] { return std::make_unique<SharedFile>(); }}};
    return all;
}

}  // namespace quarry::store::contract
