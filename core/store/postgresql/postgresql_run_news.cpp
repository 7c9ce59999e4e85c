// News of the runs of a base: what their writers say with NOTIFY.
#include "core/store/postgresql/run_news.h"

#include <fmt/format.h>

#include <charconv>

#include "core/store/postgresql/server_repositories.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* name_of_channel = "SELECT " QUARRY_RUN_CHANNEL;

class PostgresqlRunLogListener final : public RunLogListener {
public:
    PostgresqlRunLogListener(std::string url, const Cancellation& cancel) : url_(std::move(url)), cancel_(cancel) {}

    [[nodiscard]] std::optional<std::vector<RunNews>> news(std::chrono::milliseconds most) override {
        if (!server_) server_.emplace(url_, &cancel_);
        if (!listens_ || !server_->connection().alive()) {
            listens_ = false;
            const std::string channel = server_->query(name_of_channel).text(0, 0);
            server_->run(fmt::format("LISTEN \"{}\"", channel).c_str());
            listens_ = true;
            return std::nullopt;
        }
        std::vector<RunNews> all;
        for (const db::PostgresqlNotification& one : server_->connection().notifications(most)) {
            // Anyone who may connect to the database may say anything.
            const std::size_t space = one.payload.find(' ');
            RunNews news{.id = one.payload.substr(0, space)};
            if (space == std::string::npos) continue;
            std::from_chars(one.payload.data() + space + 1, one.payload.data() + one.payload.size(), news.last);
            all.push_back(std::move(news));
        }
        return all;
    }

private:
    const std::string url_;
    const Cancellation& cancel_;
    std::optional<ServerConnection> server_;
    bool listens_ = false;
};

}  // namespace

std::unique_ptr<RunLogListener> open_server_run_log_listener(const std::string& url, const Cancellation& cancel) {
    return std::make_unique<PostgresqlRunLogListener>(url, cancel);
}

}  // namespace quarry::store::postgresql
