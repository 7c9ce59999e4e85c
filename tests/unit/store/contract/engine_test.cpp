#include <memory>
#include <string>
#include <utility>

#include "core/base/file.h"
#include "core/db/postgresql.h"
#include "tests/support/postgresql_server.h"
#include "core/base/file.h"
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

/// A schema of its own: quicker to make than a database.
std::string make_schema() {
    static const std::string database = test::postgresql_server().make_database();
    static int schemas = 0;
    const std::string name = "base_" + std::to_string(++schemas);
    db::PostgresqlConnection::connect(database).query("CREATE SCHEMA " + name);
    return database + "?options=-csearch_path%3D" + name;
}

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
    std::string url_ = make_schema();
    std::unique_ptr<Store> store_;
};

/// At an address of either engine.
class SharedAt : public SharedBase {
public:
    explicit SharedAt(std::filesystem::path path) : path_(std::move(path)) {
        static_cast<void>(open_store(path_, StoreMode::create));
    }
    [[nodiscard]] std::filesystem::path address() const override { return path_; }
    [[nodiscard]] std::unique_ptr<ConversationRepository> conversations(StoreMode mode) override {
        return open_conversations(path_, mode);
    }
    [[nodiscard]] std::unique_ptr<RunRepository> runs(StoreMode mode) override { return open_runs(path_, mode); }
    [[nodiscard]] std::unique_ptr<RunLogRepository> run_log(StoreMode mode) override {
        return open_run_log(path_, mode);
    }
    [[nodiscard]] std::unique_ptr<CheckpointRepository> checkpoints(StoreMode mode) override {
        return open_checkpoints(path_, mode);
    }
    [[nodiscard]] std::unique_ptr<cache::ResponseCache> responses(const cache::ResponseCacheLimits& limits) override {
        return open_response_cache(path_, limits, [this] { return now; });
    }

private:
    const std::filesystem::path path_;
};

class InFolder {
protected:
    TemporaryDirectory folder_;
};

class SharedFile final : InFolder, public SharedAt {
public:
    SharedFile() : SharedAt(folder_.path() / "base.db") {}
};

}  // namespace

const std::vector<Engine>& engines() {
    static const std::vector<Engine> all = {{"sqlite_file", [] { return std::make_unique<InFile>(); }},
                                            {"sqlite_memory", [] { return std::make_unique<InMemory>(); }},
                                            {"postgresql", [] { return std::make_unique<OnServer>(); }}};
    return all;
}

const std::vector<SharedEngine>& shared_engines() {
    static const std::vector<SharedEngine> all = {
        {"sqlite_file", [] { return std::make_unique<SharedFile>(); }},
        {"postgresql", [] { return std::make_unique<SharedAt>(make_schema()); }}};
    return all;
}

}  // namespace quarry::store::contract
