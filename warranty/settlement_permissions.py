"""Who may do what with old parts, recovery, chargebacks and statements; imported by rules.py. No model imports."""

from typing import Any

from portal.accounts.permissions import allow, allow_model
from portal.accounts.roles import Role

STATION = (Role.STATION_OWNER, Role.STATION_CLERK)
DESK = (Role.FINANCE, Role.SERVICE_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
PARTS_DESK = (Role.APPRAISER, Role.WAREHOUSE, Role.REVIEWER, Role.APPROVER, Role.QUALITY, *DESK)
JUDGES = (Role.REVIEWER, Role.APPROVER)
TREE = (Role.REGION_MANAGER, Role.CENTER_CLERK)


def no_hand_in_claim(user: Any, piece: Any) -> bool:
    """Four eyes: nobody appraises a piece of a claim they made, submitted or decided."""
    claim = piece.claim
    return user.pk not in (claim.created_by_id, claim.submitted_by_id, claim.decided_by_id)


def outside_the_verdicts(user: Any, piece: Any) -> bool:
    """Four eyes: who decides between appraisers is none of them, and had no hand in the claim."""
    return no_hand_in_claim(user, piece) and not piece.appraisals.filter(appraiser=user.pk).exists()


def not_own_note(user: Any, record: Any) -> bool:
    """Four eyes: nobody decides disputes of a note they made. record: the note or one of its lines."""
    note = getattr(record, "chargeback", record)
    return bool(user.pk != note.batched_by_id)


def not_own_shipment(user: Any, shipment: Any) -> bool:
    """Four eyes: nobody confirms that what they sent has arrived."""
    return bool(user.pk != shipment.shipped_by_id)


def own_fine(user: Any, fine: Any) -> bool:
    """Who proposed a fine withdraws it."""
    return bool(user.pk == fine.proposed_by_id)


def not_own_fine(user: Any, fine: Any) -> bool:
    """Four eyes: nobody decides or takes back a fine they proposed."""
    return not own_fine(user, fine)


allow("warranty.view_failedpart", *STATION, Role.TECHNICIAN, *TREE, *PARTS_DESK)
allow("warranty.change_failedpart", Role.ADMINISTRATOR)
allow("warranty.view_partbox", *STATION, Role.TECHNICIAN, *TREE, *PARTS_DESK)
allow("warranty.print_failed_part_tags", *STATION, Role.TECHNICIAN)
allow("warranty.pack_box", *STATION)
allow("warranty.ship_box", *STATION)
allow("warranty.receive_failedpart", Role.WAREHOUSE, Role.APPRAISER)
allow("warranty.close_box", Role.WAREHOUSE, Role.APPRAISER)
allow("warranty.appraise_failedpart", Role.APPRAISER, when=no_hand_in_claim)
allow("warranty.rule_appraisal", Role.APPROVER, when=outside_the_verdicts)
allow("warranty.dispose_failedpart", Role.APPRAISER)
allow("warranty.extend_failedpart", *JUDGES, Role.SERVICE_MANAGER)
allow("warranty.ask_failedpart_extension", *STATION)
allow_model("warranty.appraisaltest", view=PARTS_DESK, change=(Role.QUALITY, Role.APPRAISER))
allow("warranty.send_failedparts", Role.WAREHOUSE, Role.APPRAISER)
allow("warranty.view_pieceshipment", *STATION, *TREE, Role.SUPPLIER, *PARTS_DESK)
allow("warranty.receive_pieceshipment", *STATION, Role.SUPPLIER, Role.WAREHOUSE, Role.APPRAISER, when=not_own_shipment)
allow("warranty.waive_failedpart", Role.APPROVER)
allow("warranty.lose_failedpart", Role.APPROVER)
allow_model("warranty.extrapiece", view=PARTS_DESK)
allow_model("warranty.custodyentry", view=PARTS_DESK)
allow_model("warranty.appraisal", view=PARTS_DESK)
allow_model("warranty.qualityhold", view=PARTS_DESK, change=(Role.QUALITY,))

allow("warranty.view_statement", *STATION, *TREE, *DESK)
allow("warranty.preview_statement", *STATION, *TREE, *DESK)
allow("warranty.build_statement", Role.FINANCE)
allow("warranty.issue_statement", Role.FINANCE)
allow("warranty.void_statement", Role.FINANCE)
allow("warranty.confirm_statement", Role.STATION_OWNER)
allow("warranty.dispute_statement", Role.STATION_OWNER)
allow("warranty.invoice_statement", Role.FINANCE)
allow("warranty.pay_statement", Role.FINANCE)
allow("warranty.carry_statement", Role.FINANCE)
allow_model("warranty.settlementitem", view=DESK)
allow_model("warranty.statementline", view=DESK)
allow_model("warranty.statementtaxgroup", view=DESK)
allow_model("warranty.closedmonth", view=DESK)

allow("warranty.view_stationfine", *STATION, *TREE, *JUDGES, Role.QUALITY, *DESK)
allow("warranty.propose_fine", Role.FINANCE, Role.SERVICE_MANAGER, Role.REVIEWER, Role.QUALITY)
allow("warranty.decide_fine", Role.FINANCE, Role.APPROVER, when=not_own_fine)
allow("warranty.withdraw_fine", Role.FINANCE, Role.SERVICE_MANAGER, Role.REVIEWER, Role.QUALITY, when=own_fine)

allow("warranty.view_chargeback", Role.SUPPLIER, Role.QUALITY, *JUDGES, *DESK)
allow("warranty.answer_chargeback", Role.SUPPLIER)
allow("warranty.enter_chargeback_answer", Role.FINANCE)
allow("warranty.reply_to_chargeback", Role.SUPPLIER)
allow("warranty.view_supplier_statement", Role.SUPPLIER, *DESK)
allow("warranty.issue_supplier_statement", Role.FINANCE)
allow("warranty.batch_chargeback", Role.FINANCE)
allow("warranty.send_chargeback", Role.FINANCE)
allow("warranty.withdraw_chargeback", Role.FINANCE)
allow("warranty.resolve_chargeback", Role.FINANCE, *JUDGES, when=not_own_note)
allow("warranty.pay_chargeback", Role.FINANCE)
allow("warranty.give_up_chargeback", Role.APPROVER, when=not_own_note)
allow("warranty.view_recoverycase", Role.QUALITY, Role.APPROVER, *DESK)
allow("warranty.view_recovery_figures", Role.QUALITY, Role.APPROVER, *DESK)
allow("warranty.view_costs", Role.REGION_MANAGER, Role.QUALITY, Role.APPROVER, *DESK)
allow("warranty.assign_recoverycase", Role.FINANCE)
allow("warranty.mark_part_in_house", Role.FINANCE)
allow("warranty.reopen_recoverycase", Role.APPROVER)
allow_model("warranty.supplieragreement", view=(Role.QUALITY, *DESK), change=(Role.FINANCE,))
allow_model("warranty.chargebackline", view=(Role.QUALITY, *DESK))
allow_model("warranty.furthertest", view=PARTS_DESK)
allow_model("warranty.disputeentry", view=(Role.QUALITY, *DESK))
allow_model("warranty.recoveryentry", view=DESK)
allow_model("warranty.supplierrepayment", view=DESK)
