#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/store/postgresql/server_connection.h"
#include "core/store/postgresql/server_schema.h"
#include "core/store/store.h"

namespace quarry::store::postgresql {

/// What is kept in a base beside the documents. Used by one thread.
class SideServer {
public:
    /// Throws Error as `open_store` does.
    SideServer(const std::string& url, StoreMode mode)
        : server_(connect_to_base(url, mode, ConnectionUse::brief, nullptr)), mode_(mode) {}

    [[nodiscard]] Rows query(std::string_view sql, std::initializer_list<Parameter> parameters = {}) {
        return server_.query(sql, parameters);
    }
    std::uint64_t run(std::string_view sql, std::initializer_list<Parameter> parameters = {}) {
        return server_.run(sql, parameters);
    }
    /// Does `work` in one transaction, which is rolled back unless `work` returns. In a base that was opened for
    /// reading, what writes fails.
    template <typename Work>
    auto changing(Work&& work) {
        mode_ == StoreMode::read ? server_.begin_reading() : server_.begin_side_writing();
        try {
            if constexpr (std::is_void_v<decltype(work())>) {
                work();
                server_.commit();
            } else {
                auto result = work();
                server_.commit();
                return result;
            }
        } catch (...) {
            server_.rollback();
            throw;
        }
    }

    [[nodiscard]] ServerConnection& server() noexcept { return server_; }

private:
    ServerConnection server_;
    const StoreMode mode_;
};

}  // namespace quarry::store::postgresql
