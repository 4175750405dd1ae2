"""The mutants, one line each: every one is a single fault that a requirement must catch."""

from __future__ import annotations

from conformance.reference.change import Mutant
from conformance.reference.mutants.accept_family_auth import MUTANT as ACCEPT_FAMILY_AUTH
from conformance.reference.mutants.ack_before_booking import MUTANT as ACK_BEFORE_BOOKING
from conformance.reference.mutants.begntime_yesterday import MUTANT as BEGNTIME_YESTERDAY
from conformance.reference.mutants.book_each_notice import MUTANT as BOOK_EACH_NOTICE
from conformance.reference.mutants.book_on_6202 import MUTANT as BOOK_ON_6202
from conformance.reference.mutants.book_without_amounts import MUTANT as BOOK_WITHOUT_AMOUNTS
from conformance.reference.mutants.cancel_without_revoke import MUTANT as CANCEL_WITHOUT_REVOKE
from conformance.reference.mutants.cash_refund_with_account import MUTANT as CASH_REFUND_WITH_ACCOUNT
from conformance.reference.mutants.detail_sum_off import MUTANT as DETAIL_SUM_OFF
from conformance.reference.mutants.double_click_two_orders import MUTANT as DOUBLE_CLICK_TWO_ORDERS
from conformance.reference.mutants.drop_unknown_notice import MUTANT as DROP_UNKNOWN_NOTICE
from conformance.reference.mutants.enc_key_raw import MUTANT as ENC_KEY_RAW
from conformance.reference.mutants.env_version_wrong import MUTANT as ENV_VERSION_WRONG
from conformance.reference.mutants.exp_is_success import MUTANT as EXP_IS_SUCCESS
from conformance.reference.mutants.field_missing import MUTANT as FIELD_MISSING
from conformance.reference.mutants.float_amount import MUTANT as FLOAT_AMOUNT
from conformance.reference.mutants.http_200_is_success import MUTANT as HTTP_200_IS_SUCCESS
from conformance.reference.mutants.ignore_acct_flag import MUTANT as IGNORE_ACCT_FLAG
from conformance.reference.mutants.ignore_auth_refusal import MUTANT as IGNORE_AUTH_REFUSAL
from conformance.reference.mutants.insutype_fixed import MUTANT as INSUTYPE_FIXED
from conformance.reference.mutants.ledger_cash_only import MUTANT as LEDGER_CASH_ONLY
from conformance.reference.mutants.never_expires import MUTANT as NEVER_EXPIRES
from conformance.reference.mutants.new_chrgbchno import MUTANT as NEW_CHRGBCHNO
from conformance.reference.mutants.new_order_on_timeout import MUTANT as NEW_ORDER_ON_TIMEOUT
from conformance.reference.mutants.new_refund_sn_on_retry import MUTANT as NEW_REFUND_SN_ON_RETRY
from conformance.reference.mutants.no_polling import MUTANT as NO_POLLING
from conformance.reference.mutants.notice_not_acknowledged import MUTANT as NOTICE_NOT_ACKNOWLEDGED
from conformance.reference.mutants.partial_line_refund import MUTANT as PARTIAL_LINE_REFUND
from conformance.reference.mutants.pending_is_paid import MUTANT as PENDING_IS_PAID
from conformance.reference.mutants.plain_data_beside import MUTANT as PLAIN_DATA_BESIDE
from conformance.reference.mutants.poll_flood import MUTANT as POLL_FLOOD
from conformance.reference.mutants.refund_both_credentials import MUTANT as REFUND_BOTH_CREDENTIALS
from conformance.reference.mutants.refund_keeps_slot import MUTANT as REFUND_KEEPS_SLOT
from conformance.reference.mutants.refund_not_booked import MUTANT as REFUND_NOT_BOOKED
from conformance.reference.mutants.refund_over_original import MUTANT as REFUND_OVER_ORIGINAL
from conformance.reference.mutants.refund_stored_auth import MUTANT as REFUND_STORED_AUTH
from conformance.reference.mutants.refund_time_dashed import MUTANT as REFUND_TIME_DASHED
from conformance.reference.mutants.refund_twice import MUTANT as REFUND_TWICE
from conformance.reference.mutants.refusal_as_success import MUTANT as REFUSAL_AS_SUCCESS
from conformance.reference.mutants.registration_stays_unpaid import MUTANT as REGISTRATION_STAYS_UNPAID
from conformance.reference.mutants.resend_same_bytes import MUTANT as RESEND_SAME_BYTES
from conformance.reference.mutants.retry_6202_blind import MUTANT as RETRY_6202_BLIND
from conformance.reference.mutants.retry_storm import MUTANT as RETRY_STORM
from conformance.reference.mutants.reuse_orgbizser import MUTANT as REUSE_ORGBIZSER
from conformance.reference.mutants.reuse_pay_auth_no import MUTANT as REUSE_PAY_AUTH_NO
from conformance.reference.mutants.revoke_after_settle import MUTANT as REVOKE_AFTER_SETTLE
from conformance.reference.mutants.settle_by_idcard import MUTANT as SETTLE_BY_IDCARD
from conformance.reference.mutants.settling_is_paid import MUTANT as SETTLING_IS_PAID
from conformance.reference.mutants.show_success_early import MUTANT as SHOW_SUCCESS_EARLY
from conformance.reference.mutants.sign_bare_numbers import MUTANT as SIGN_BARE_NUMBERS
from conformance.reference.mutants.sign_der import MUTANT as SIGN_DER
from conformance.reference.mutants.sign_foreign_key import MUTANT as SIGN_FOREIGN_KEY
from conformance.reference.mutants.sign_no_key_tail import MUTANT as SIGN_NO_KEY_TAIL
from conformance.reference.mutants.sign_nocase_sort import MUTANT as SIGN_NOCASE_SORT
from conformance.reference.mutants.sign_user_id_secret import MUTANT as SIGN_USER_ID_SECRET
from conformance.reference.mutants.skip_notice_verify import MUTANT as SKIP_NOTICE_VERIFY
from conformance.reference.mutants.skip_response_verify import MUTANT as SKIP_RESPONSE_VERIFY
from conformance.reference.mutants.split_merged_bills import MUTANT as SPLIT_MERGED_BILLS
from conformance.reference.mutants.split_off import MUTANT as SPLIT_OFF
from conformance.reference.mutants.stale_pay_token import MUTANT as STALE_PAY_TOKEN
from conformance.reference.mutants.strict_notice_fields import MUTANT as STRICT_NOTICE_FIELDS
from conformance.reference.mutants.timestamp_utc import MUTANT as TIMESTAMP_UTC
from conformance.reference.mutants.trust_amounts import MUTANT as TRUST_AMOUNTS
from conformance.reference.mutants.trust_notice import MUTANT as TRUST_NOTICE
from conformance.reference.mutants.unsigned_notice_believed import MUTANT as UNSIGNED_NOTICE_BELIEVED

MUTANTS: tuple[Mutant, ...] = (
    ACCEPT_FAMILY_AUTH,
    ACK_BEFORE_BOOKING,
    BEGNTIME_YESTERDAY,
    BOOK_EACH_NOTICE,
    BOOK_ON_6202,
    BOOK_WITHOUT_AMOUNTS,
    CANCEL_WITHOUT_REVOKE,
    CASH_REFUND_WITH_ACCOUNT,
    DETAIL_SUM_OFF,
    DOUBLE_CLICK_TWO_ORDERS,
    DROP_UNKNOWN_NOTICE,
    ENC_KEY_RAW,
    ENV_VERSION_WRONG,
    EXP_IS_SUCCESS,
    FIELD_MISSING,
    FLOAT_AMOUNT,
    HTTP_200_IS_SUCCESS,
    IGNORE_ACCT_FLAG,
    IGNORE_AUTH_REFUSAL,
    INSUTYPE_FIXED,
    LEDGER_CASH_ONLY,
    NEVER_EXPIRES,
    NEW_CHRGBCHNO,
    NEW_ORDER_ON_TIMEOUT,
    NEW_REFUND_SN_ON_RETRY,
    NO_POLLING,
    NOTICE_NOT_ACKNOWLEDGED,
    PARTIAL_LINE_REFUND,
    PENDING_IS_PAID,
    PLAIN_DATA_BESIDE,
    POLL_FLOOD,
    REFUND_BOTH_CREDENTIALS,
    REFUND_KEEPS_SLOT,
    REFUND_NOT_BOOKED,
    REFUND_OVER_ORIGINAL,
    REFUND_STORED_AUTH,
    REFUND_TIME_DASHED,
    REFUND_TWICE,
    REFUSAL_AS_SUCCESS,
    REGISTRATION_STAYS_UNPAID,
    RESEND_SAME_BYTES,
    RETRY_6202_BLIND,
    RETRY_STORM,
    REUSE_ORGBIZSER,
    REUSE_PAY_AUTH_NO,
    REVOKE_AFTER_SETTLE,
    SETTLE_BY_IDCARD,
    SETTLING_IS_PAID,
    SHOW_SUCCESS_EARLY,
    SIGN_BARE_NUMBERS,
    SIGN_DER,
    SIGN_FOREIGN_KEY,
    SIGN_NO_KEY_TAIL,
    SIGN_NOCASE_SORT,
    SIGN_USER_ID_SECRET,
    SKIP_NOTICE_VERIFY,
    SKIP_RESPONSE_VERIFY,
    SPLIT_MERGED_BILLS,
    SPLIT_OFF,
    STALE_PAY_TOKEN,
    STRICT_NOTICE_FIELDS,
    TIMESTAMP_UTC,
    TRUST_AMOUNTS,
    TRUST_NOTICE,
    UNSIGNED_NOTICE_BELIEVED,
)
