#pragma once

#include <libpq-fe.h>

#include "core/base/shared_library.h"

namespace quarry::db {

/// libpq's functions, from the shared library that is loaded when this is made: commands that need no PostgreSQL
/// server do not pay for libpq and the libraries that it brings.
class LibpqLibrary {
public:
    /// Throws Error(failed) when libpq is not installed.
    LibpqLibrary();
    LibpqLibrary(const LibpqLibrary&) = delete;
    LibpqLibrary& operator=(const LibpqLibrary&) = delete;

    decltype(&PQlibVersion) library_version = nullptr;
    decltype(&PQconninfoParse) conninfo_parse = nullptr;
    decltype(&PQconninfo) conninfo = nullptr;
    decltype(&PQconninfoFree) conninfo_free = nullptr;
    decltype(&PQfreemem) freemem = nullptr;
    decltype(&PQconnectStartParams) connect_start = nullptr;
    decltype(&PQconnectPoll) connect_poll = nullptr;
    decltype(&PQfinish) finish = nullptr;
    decltype(&PQstatus) status = nullptr;
    decltype(&PQsocket) socket = nullptr;
    decltype(&PQerrorMessage) error_message = nullptr;
    decltype(&PQsetErrorVerbosity) set_error_verbosity = nullptr;
    decltype(&PQsetNoticeReceiver) set_notice_receiver = nullptr;
    decltype(&PQserverVersion) server_version = nullptr;
    decltype(&PQbackendPID) backend = nullptr;
    decltype(&PQtransactionStatus) transaction_status = nullptr;
    decltype(&PQsetnonblocking) set_nonblocking = nullptr;
    decltype(&PQsendQueryParams) send_query = nullptr;
    decltype(&PQsendPrepare) send_prepare = nullptr;
    decltype(&PQsendQueryPrepared) send_prepared = nullptr;
    decltype(&PQflush) flush = nullptr;
    decltype(&PQconsumeInput) consume_input = nullptr;
    decltype(&PQisBusy) is_busy = nullptr;
    decltype(&PQgetResult) get_result = nullptr;
    decltype(&PQclear) clear = nullptr;
    decltype(&PQresultStatus) result_status = nullptr;
    decltype(&PQresultErrorField) error_field = nullptr;
    decltype(&PQresultErrorMessage) result_error_message = nullptr;
    decltype(&PQntuples) ntuples = nullptr;
    decltype(&PQnfields) nfields = nullptr;
    decltype(&PQfname) fname = nullptr;
    decltype(&PQgetisnull) getisnull = nullptr;
    decltype(&PQgetvalue) getvalue = nullptr;
    decltype(&PQgetlength) getlength = nullptr;
    decltype(&PQcmdStatus) command_status = nullptr;
    decltype(&PQcmdTuples) command_tuples = nullptr;
    decltype(&PQputCopyData) put_copy_data = nullptr;
    decltype(&PQputCopyEnd) put_copy_end = nullptr;
    decltype(&PQgetCopyData) get_copy_data = nullptr;
    decltype(&PQnotifies) notifies = nullptr;
    decltype(&PQgetCancel) get_cancel = nullptr;
    decltype(&PQcancel) cancel = nullptr;
    decltype(&PQfreeCancel) free_cancel = nullptr;

private:
    SharedLibrary library_;
};

}  // namespace quarry::db
