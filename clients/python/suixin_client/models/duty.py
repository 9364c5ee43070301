from enum import StrEnum


class Duty(StrEnum):
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    CASHIER = "cashier"
    COUNTY_OFFICE = "county_office"
    CREDIT_OFFICER = "credit_officer"
    FUND_OFFICER = "fund_officer"
    HOUSEHOLD = "household"
    PARTNER = "partner"
    RISK_OFFICER = "risk_officer"
    SERVICE = "service"
    STATION_AGENT = "station_agent"

    def __str__(self) -> str:
        return str(self.value)
