#include "core/db/libpq_library.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/db/postgresql.h"

namespace quarry::db {
namespace {

Error cannot_load_libpq(std::string why) {
    return Error(ErrorCode::failed, "cannot reach PostgreSQL: libpq is not usable on this machine",
                 "install libpq5 (Debian: apt install libpq5)")
        .because(std::move(why));
}

}  // namespace

LibpqLibrary::LibpqLibrary() : library_("libpq.so.5", cannot_load_libpq) {
    const auto load = [this](auto& function, const char* name) { library_.load(function, name); };
    load(library_version, "PQlibVersion");
    load(conninfo_parse, "PQconninfoParse");
    load(conninfo, "PQconninfo");
    load(conninfo_free, "PQconninfoFree");
    load(freemem, "PQfreemem");
    load(connect_start, "PQconnectStartParams");
    load(connect_poll, "PQconnectPoll");
    load(finish, "PQfinish");
    load(status, "PQstatus");
    load(socket, "PQsocket");
    load(error_message, "PQerrorMessage");
    load(set_error_verbosity, "PQsetErrorVerbosity");
    load(set_notice_receiver, "PQsetNoticeReceiver");
    load(server_version, "PQserverVersion");
    load(backend, "PQbackendPID");
    load(transaction_status, "PQtransactionStatus");
    load(set_nonblocking, "PQsetnonblocking");
    load(send_query, "PQsendQueryParams");
    load(send_prepare, "PQsendPrepare");
    load(send_prepared, "PQsendQueryPrepared");
    load(flush, "PQflush");
    load(consume_input, "PQconsumeInput");
    load(is_busy, "PQisBusy");
    load(get_result, "PQgetResult");
    load(clear, "PQclear");
    load(result_status, "PQresultStatus");
    load(error_field, "PQresultErrorField");
    load(result_error_message, "PQresultErrorMessage");
    load(ntuples, "PQntuples");
    load(nfields, "PQnfields");
    load(fname, "PQfname");
    load(getisnull, "PQgetisnull");
    load(getvalue, "PQgetvalue");
    load(getlength, "PQgetlength");
    load(command_status, "PQcmdStatus");
    load(command_tuples, "PQcmdTuples");
    load(put_copy_data, "PQputCopyData");
    load(put_copy_end, "PQputCopyEnd");
    load(get_copy_data, "PQgetCopyData");
    load(notifies, "PQnotifies");
    load(get_cancel, "PQgetCancel");
    load(cancel, "PQcancel");
    load(free_cancel, "PQfreeCancel");
}

std::optional<std::string> libpq_version() {
    try {
        const int version = LibpqLibrary().library_version();
        return fmt::format("{}.{}", version / 10000, version % 10000);
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace quarry::db
