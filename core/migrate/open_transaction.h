#pragma once

#include <string_view>

#include "core/migrate/session.h"

namespace quarry::migrate {

/// A session's transaction, begun when this is made and rolled back when it goes without having been committed.
/// Borrows the session.
class OpenTransaction {
public:
    explicit OpenTransaction(Session& session) : session_(session) { session_.begin(); }
    ~OpenTransaction() {
        if (!committed_) session_.rollback();
    }
    OpenTransaction(const OpenTransaction&) = delete;
    OpenTransaction& operator=(const OpenTransaction&) = delete;

    /// `name` is what an error calls it.
    void commit(std::string_view name) {
        session_.commit(name);
        committed_ = true;
    }

private:
    Session& session_;
    bool committed_ = false;
};

}  // namespace quarry::migrate
